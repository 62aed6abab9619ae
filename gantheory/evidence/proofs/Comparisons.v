(* JSD between multiples of the triangular discrimination and of the Hellinger distance, and below total variation, KL and Jeffreys'
   divergence. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Rate Algebra Calculus Integrand TotalVariation.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b : R.
Add Field reals : (field_of_reals R).
Local Open Scope ereal_scope.

Lemma cost_share a b : (0 <= a)%R -> (0 <= b)%R -> cost a (a / (a + b)) = (- (a * ln (a / (a + b))))%:E.
Proof.
rewrite le_eqVlt => /orP[/eqP <- b0|a0 b0]; first by rewrite cost0 mul0r oppr0.
by rewrite /cost log_pos ?divr_gt0 ?add_gt0// -EFinN -EFinM mulrN.
Qed.

Lemma jsd_at_least a b : (0 <= a)%R -> (0 <= b)%R ->
  (jsd_at a b)%:E = (2^-1)%:E * (((a + b) * ln 2)%:E - (cost a (a / (a + b)) + cost b (b / (a + b)))).
Proof.
move=> a0 b0; have := cost_share b0 a0; rewrite [(b + a)%R]addrC => ->; rewrite cost_share//.
suff -> : jsd_at a b = (2^-1 * ((a + b) * ln 2 - (- (a * ln (a / (a + b))) - (b * ln (b / (a + b))))))%R by [].
by rewrite /jsd_at; move: (ln 2) (ln (a / (a + b))) (ln (b / (a + b))) => l u v; algebra.
Qed.

Lemma kl_at a b : (0 < a)%R -> (0 < b)%R -> cost a (b / a) + (b - a)%:E = (a * (ln a - ln b) + (b - a))%:E.
Proof.
move=> a0 b0; rewrite /cost log_pos ?divr_gt0// -EFinN -EFinM -EFinD ln_div ?posrE//; congr (_%:E).
by move: (ln a) (ln b) => u v; algebra.
Qed.

Lemma kl_alone a : (0 < a)%R -> cost a (0 / a) + (0 - a)%:E = +oo.
Proof. by move=> a0; rewrite /cost mul0r log0 /= gt0_muley ?lte_fin. Qed.
End AtAPoint.

Section Comparisons.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation KL := (KL mu).
Notation JSD := (JSD mu).
Notation TV := (TV mu).

Definition H2 p q := (2^-1)%:E * \int[mu]_x ((Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%:E.
Definition Delta p q := (2^-1)%:E * \int[mu]_x ((p x - q x) ^+ 2 / (p x + q x))%:E.
Definition Jeffreys p q := KL p q + KL q p.

Section Pair.
Variables p q : T -> R.
Hypotheses (dp : density p) (dq : density q).
Let mp : measurable_fun setT p. Proof. by case: dp. Qed.
Let mq : measurable_fun setT q. Proof. by case: dq. Qed.
Let p0 : forall x, (0 <= p x)%R. Proof. by case: dp. Qed.
Let q0 : forall x, (0 <= q x)%R. Proof. by case: dq. Qed.

Let m x := ((p x + q x) * ln 2)%:E.
Let m_sum x : m x = (p x)%:E * (ln 2)%:E + (q x)%:E * (ln 2)%:E. Proof. by rewrite /m mulrDl EFinD !EFinM. Qed.

Let measurable_m : measurable_fun setT m.
Proof.
rewrite (_ : m = fun x => (p x)%:E * (ln 2)%:E + (q x)%:E * (ln 2)%:E); last by apply/funext => x; rewrite m_sum.
by apply: emeasurable_funD; [exact: (measurable_ln2 dp) | exact: (measurable_ln2 dq)].
Qed.

Lemma jsd_at_of x : (jsd_at (p x) (q x))%:E = (2^-1)%:E * (m x - least p q x).
Proof. exact: jsd_at_least. Qed.

Lemma measurable_jsd_at : measurable_fun setT (fun x => (jsd_at (p x) (q x))%:E).
Proof.
rewrite (_ : (fun x => _) = (fun x => (2^-1)%:E * (m x - least p q x))); last by apply/funext => x; exact: jsd_at_of.
by apply: measurable_scaled; apply: emeasurable_funB => //; exact: (measurable_least dp dq).
Qed.

Theorem JSD_integral : JSD p q = \int[mu]_x (jsd_at (p x) (q x))%:E.
Proof.
have h0 : (0 <= 2^-1 :> R)%R by exact: half0.
have ml := measurable_least dp dq; have l0 := least_ge0 dp dq.
have m0 x : 0 <= m x by rewrite m_sum adde_ge0// ?(ln2_times_ge0 dp) ?(ln2_times_ge0 dq).
have Im : \int[mu]_x m x = (ln 4)%:E.
  rewrite (eq_integral (fun x => (p x)%:E * (ln 2)%:E + (q x)%:E * (ln 2)%:E)); last by move=> x _; rewrite m_sum.
  rewrite integral_sum; [|exact: (measurable_ln2 dp)|exact: (measurable_ln2 dq)|exact: (ln2_times_ge0 dp)|exact: (ln2_times_ge0 dq)].
  by rewrite (integral_ln2 dp) (integral_ln2 dq) -EFinD ln4.
have j0 x : 0 <= (jsd_at (p x) (q x))%:E by rewrite lee_fin jsd_at_ge0.
have E : \int[mu]_x (2%:E * (jsd_at (p x) (q x))%:E) + \int[mu]_x least p q x = (ln 4)%:E.
  have mj := measurable_jsd_at.
  rewrite -Im -integral_sum//; [|exact: measurable_scaled|by move=> x; rewrite mule_ge0// lee_fin ler0n].
  apply: eq_integral => x _; rewrite jsd_at_of muleA -EFinM divff ?pnatr_eq0// mul1e.
  have : least p q x \is a fin_num.
    by rewrite /least cost_share// [(p x + q x)%R]addrC cost_share.
  by move=> f; rewrite subeK.
move: E; rewrite integral_scale ?ler0n//; last exact: measurable_jsd_at.
have := C_is_JSD dp dq; rewrite (C_is_least dp dq) -(fineK (least_fin_num dp dq)) -(fineK (JSD_fin_num dp dq)).
set J := \int[mu]_x (jsd_at (p x) (q x))%:E; have J0 : 0 <= J by exact: integral_ge0.
rewrite -EFinN -EFinM -EFinD => -[E1] E2.
have fJ : J \is a fin_num.
  rewrite ge0_fin_numE// ltNge leye_eq; apply/negP => /eqP h; move: E2; rewrite h.
  by rewrite gt0_muley ?lte_fin ?ltr0n.
move: E2; rewrite -(fineK fJ) -EFinM -EFinD => -[E2]; congr (_%:E).
move: E1 E2; move: (fine (JSD p q)) (fine J) (fine _) (ln 4) => a b c l E1 E2.
have <- : (2^-1 * (- l + 2 * a + l) = a)%R by fractions.
by rewrite -E1 -E2; fractions.
Qed.

Let mR (f : T -> R) : measurable_fun setT f -> measurable_fun setT (fun x => (f x)%:E) := fun h => measurable_real h.

Lemma measurable_Delta : measurable_fun setT (fun x => (p x - q x) ^+ 2 / (p x + q x))%R.
Proof.
apply: measurable_ratio => [||x]; [|exact: measurable_funD|by rewrite addr_ge0].
have -> : (fun x => (p x - q x) ^+ 2)%R = (fun x => (p x - q x) * (p x - q x))%R by apply/funext => x; rewrite expr2.
by apply: measurable_funM; exact: measurable_funB.
Qed.

Lemma Delta_integral : Delta p q = \int[mu]_x (delta_at (p x) (q x))%:E.
Proof.
have n x : (0 <= (p x - q x) ^+ 2 / (p x + q x))%R by rewrite divr_ge0 ?sqr_ge0 ?addr_ge0.
rewrite /Delta -(integral_real_scale mu measurable_Delta n (half0 R)).
by apply: eq_integral => x _; rewrite /delta_at expr2.
Qed.

Lemma measurable_delta_at : measurable_fun setT (fun x => (delta_at (p x) (q x)))%R.
Proof.
rewrite (_ : (fun x => _) = (fun x => 2^-1 * ((p x - q x) ^+ 2 / (p x + q x)))%R); last by apply/funext => x; rewrite /delta_at expr2.
by apply: measurable_multiple; exact: measurable_Delta.
Qed.

Let d0 x : (0 <= delta_at (p x) (q x))%R. Proof. exact: delta_at_ge0. Qed.
Let j0 x : 0 <= (jsd_at (p x) (q x))%:E. Proof. by rewrite lee_fin jsd_at_ge0. Qed.

Theorem JSD_and_triangular : (2^-1)%:E * Delta p q <= JSD p q <= (ln 2)%:E * Delta p q.
Proof.
have md := measurable_delta_at; have l2 := ln2_ge0 R.
rewrite JSD_integral Delta_integral -(integral_real_scale mu md d0 (half0 R)) -(integral_real_scale mu md d0 l2).
apply/andP; split; apply: integral_le => //.
- by apply: mR; exact: measurable_multiple.
- exact: measurable_jsd_at.
- by move=> x; rewrite lee_fin mulr_ge0 ?half0.
- by move=> x; rewrite lee_fin; case/andP: (jsd_at_and_delta (p0 x) (q0 x)).
- exact: measurable_jsd_at.
- by apply: mR; exact: measurable_multiple.
- by move=> x; rewrite lee_fin; case/andP: (jsd_at_and_delta (p0 x) (q0 x)).
Qed.

Lemma delta_at_and_distance x : (delta_at (p x) (q x) <= 2^-1 * `|p x - q x|)%R.
Proof.
rewrite /delta_at; apply: le_mull; first exact: half0.
have n0' : (0 <= p x + q x)%R by rewrite addr_ge0.
have [s0|s1] := eqVneq (p x + q x)%R 0%R; first by rewrite s0 invr0 mulr0 normr_ge0.
have sp : (0 < p x + q x)%R by rewrite lt_neqAle eq_sym s1.
have h : (`|p x - q x| <= p x + q x)%R.
  have [ba|/ltW ab] := leP (q x) (p x).
  - by rewrite ger0_norm ?subr_ge0//; apply: (by_excess (c := (q x + q x)%R)); [algebra | rewrite addr_ge0].
  - by rewrite ler0_norm ?subr_le0//; apply: (by_excess (c := (p x + p x)%R)); [algebra | rewrite addr_ge0].
have -> : ((p x - q x) * (p x - q x) = `|p x - q x| * `|p x - q x|)%R by rewrite -normrM ger0_norm// -expr2 sqr_ge0.
move: h (normr_ge0 (p x - q x)%R) sp; move: (`|p x - q x|)%R (p x + q x)%R => a n an a0 n0; have /eqP n1 := lt0r_neq0 n0.
by apply: (by_excess (c := (a * (n - a) / n)%R)); [fractions | rewrite divr_ge0 ?(ltW n0)// mulr_ge0// subr_ge0].
Qed.

(* With equality where only one of the two has mass, or both have the same, as uniform laws do. *)
Theorem JSD_below_TV : JSD p q <= (ln 2)%:E * TV p q /\
  ((forall x, [\/ p x = 0, q x = 0 | p x = q x]%R) -> JSD p q = (ln 2)%:E * TV p q).
Proof.
have md := measurable_delta_at; have l2 := ln2_ge0 R; have mt := measurable_distance dp dq.
have E : (ln 2)%:E * TV p q = \int[mu]_x (ln 2 * (2^-1 * `|p x - q x|))%:E.
  have n x : (0 <= 2^-1 * `|p x - q x|)%R by rewrite mulr_ge0 ?half0.
  by rewrite (TV_integral dp dq) (integral_real_scale mu (measurable_multiple _ mt) n l2).
rewrite E JSD_integral; split.
- apply: integral_le => //; [exact: measurable_jsd_at | by apply: mR; do 2!apply: measurable_multiple |].
  move=> x; rewrite lee_fin; have /andP[_ h] := jsd_at_and_delta (p0 x) (q0 x); apply: le_trans h _.
  by apply: le_mull => //; exact: delta_at_and_distance.
- move=> H; apply: eq_integral => x _; congr (_%:E); have [z|z|z] := H x.
  + by rewrite z jsd_at_alone// sub0r normrN ger0_norm//; move: (ln 2) => l; algebra.
  + by rewrite z jsd_atC jsd_at_alone// subr0 ger0_norm//; move: (ln 2) => l; algebra.
  + have h := jsd_at_and_delta (p0 x) (p0 x); rewrite -z subrr normr0 !mulr0; apply/eqP.
    by move: h; rewrite /delta_at subrr !mul0r !mulr0 => /andP[a b]; rewrite eq_le a b.
Qed.

Lemma measurable_root f : density f -> measurable_fun setT (fun x => Num.sqrt (f x)).
Proof.
move=> [mf _ _]; have ms : measurable_fun setT (@Num.sqrt R) by apply: continuous_measurable_fun; exact: sqrt_continuous.
exact: (measurable_compose ms mf).
Qed.

Lemma measurable_H2 : measurable_fun setT (fun x => (Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%R.
Proof.
have -> : (fun x => (Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%R =
    (fun x => (Num.sqrt (p x) - Num.sqrt (q x)) * (Num.sqrt (p x) - Num.sqrt (q x)))%R by apply/funext => x; rewrite expr2.
by apply: measurable_funM; apply: measurable_funB; exact: measurable_root.
Qed.

Lemma measurable_hellinger_at : measurable_fun setT (fun x => hellinger_at (p x) (q x))%R.
Proof.
rewrite (_ : (fun x => _) = (fun x => 2^-1 * (Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%R).
  by apply: measurable_multiple; exact: measurable_H2.
by apply/funext => x; rewrite /hellinger_at expr2.
Qed.

Lemma hellinger_at_ge0 x : (0 <= hellinger_at (p x) (q x))%R.
Proof. by rewrite mulr_ge0 ?half0// -expr2 sqr_ge0. Qed.

Lemma H2_integral : H2 p q = \int[mu]_x (hellinger_at (p x) (q x))%:E.
Proof.
have n x : (0 <= (Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%R by rewrite sqr_ge0.
rewrite /H2 -(integral_real_scale mu measurable_H2 n (half0 R)).
by apply: eq_integral => x _; rewrite /hellinger_at expr2.
Qed.

Theorem JSD_and_Hellinger : (ln 2)%:E * H2 p q <= JSD p q <= H2 p q.
Proof.
have mh := measurable_hellinger_at; have l2 := ln2_ge0 R; have h0 := hellinger_at_ge0.
rewrite JSD_integral H2_integral -(integral_real_scale mu mh h0 l2); apply/andP; split; apply: integral_le => //.
- by apply: mR; exact: measurable_multiple.
- exact: measurable_jsd_at.
- by move=> x; rewrite lee_fin mulr_ge0.
- by move=> x; rewrite lee_fin; case/andP: (jsd_at_and_hellinger (p0 x) (q0 x)).
- exact: measurable_jsd_at.
- exact: mR.
- by move=> x; rewrite lee_fin; case/andP: (jsd_at_and_hellinger (p0 x) (q0 x)).
Qed.

Let kl x := cost (p x) (q x / p x) + (q x - p x)%:E.
Let lk x := cost (q x) (p x / q x) + (p x - q x)%:E.

Theorem JSD_and_KL : JSD p q <= (2^-1 * ln 2)%:E * KL p q.
Proof.
have c0 : (0 <= 2^-1 * ln 2 :> R)%R by rewrite mulr_ge0 ?half0 ?ln2_ge0.
have [mF F0 ->] := KL_ge0_integrand dp dq; rewrite JSD_integral -integral_scale//; apply: integral_le => //.
- exact: measurable_jsd_at.
- exact: measurable_scaled.
move=> x; move: (p0 x) (q0 x); move: (p x) (q x) => a b; rewrite le_eqVlt => /orP[/eqP <- b0|a0].
  by rewrite cost0 add0e subr0 jsd_at_alone// -EFinM lee_fin mulrAC mulrA.
rewrite le_eqVlt => /orP[/eqP <-|b0]; last by rewrite kl_at// -EFinM lee_fin jsd_at_and_kl.
rewrite kl_alone// gt0_muley ?leey// lte_fin mulr_gt0 ?invr_gt0 ?ltr0n//.
by have /andP[h _] := ln2_between R; apply: lt_le_trans h; rewrite invr_gt0 ltr0n.
Qed.

Theorem JSD_and_Jeffreys : JSD p q <= (8%:R^-1)%:E * Jeffreys p q.
Proof.
have c0 : (0 < 8%:R^-1 :> R)%R by rewrite invr_gt0 ltr0n.
rewrite /Jeffreys; have [mF F0 ->] := KL_ge0_integrand dp dq; have [mG G0 ->] := KL_ge0_integrand dq dp.
rewrite JSD_integral -integral_sum// -integral_scale ?(ltW c0)//; last 2 first.
- exact: emeasurable_funD.
- by move=> x; rewrite adde_ge0.
apply: integral_le => //; [exact: measurable_jsd_at | by apply: measurable_scaled; exact: emeasurable_funD |].
move=> x; move: (p0 x) (q0 x); move: (p x) (q x) => a b; rewrite le_eqVlt => /orP[/eqP <-|a0].
  rewrite le_eqVlt => /orP[/eqP <-|b0]; first by rewrite jsd_at_alone// !cost0 subrr !add0e mule0 mul0r mulr0.
  by rewrite kl_alone// cost0 add0e addey// gt0_muley ?leey// lte_fin.
rewrite le_eqVlt => /orP[/eqP <-|b0].
  by rewrite kl_alone// cost0 add0e addye// gt0_muley ?leey// lte_fin.
rewrite !kl_at// -EFinD -EFinM lee_fin; have h := jsd_at_and_jeffreys a0 b0.
apply: (by_excess (c := (8%:R^-1 * ((a - b) * (ln a - ln b) - 8%:R * jsd_at a b))%R)); last by rewrite mulr_ge0 ?(ltW c0)// subr_ge0.
have e : (8%:R^-1 * (8%:R * jsd_at a b) = jsd_at a b)%R by rewrite mulrA mulVf ?mul1r// pnatr_eq0.
rewrite [RHS]mulrBr e; move: (8%:R^-1)%R (jsd_at a b) (ln a) (ln b) => k j u v; algebra.
Qed.
End Pair.
End Comparisons.
