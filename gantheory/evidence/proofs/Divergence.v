(* Theorem 1: C = - log 4 + 2 JSD, how large JSD can be, and where it is 0 or largest. *)
From GanTheory Require Import Library Log Space Game Optimum.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b : R.
Local Open Scope ereal_scope.

Lemma middle_term a b : (0 <= a)%R -> (0 <= b)%R -> a%:E * - log (((a + b) / 2) / a) = a%:E * (ln 2)%:E - cost a (a / (a + b)).
Proof.
rewrite le_eqVlt => /orP[/eqP <- _|a0 b0]; first by rewrite cost0 !mul0e sube0.
have n0 : (0 < a + b)%R by rewrite (lt_le_trans a0)// -subr_ge0 addrAC subrr add0r.
have t0 : (0 < 2 :> R)%R by rewrite ltr0n.
rewrite /cost !log_pos ?divr_gt0// -!EFinN -!EFinM -EFinB; congr (_%:E).
rewrite !ln_div ?posrE ?divr_gt0// -mulrBr; congr (_ * _)%R.
by rewrite !opprB addrCA.
Qed.

Lemma cost_alone b : (0 <= b)%R -> cost b (b / b) = 0.
Proof.
rewrite le_eqVlt => /orP[/eqP <-|b0]; first by rewrite cost0.
by rewrite divff ?gt_eqF// /cost log_pos ?ltr01// ln1 oppe0 mule0.
Qed.

Lemma cost_shared a b : (0 < a)%R -> (0 < b)%R -> 0 < cost a (a / (a + b)).
Proof.
move=> a0 b0; have n0 : (0 < a + b)%R by rewrite addr_gt0.
rewrite /cost mule_gt0 ?lte_fin// oppe_gt0 log_lt0//.
by rewrite -subr_gt0 -(divff (lt0r_neq0 n0)) -mulrBl addrC addKr mulr_gt0// invr_gt0.
Qed.

(* D* costs nothing only where one of the two has no mass: there D* is sure. *)
Lemma nothing_to_lose a b : (0 <= a)%R -> (0 <= b)%R ->
  cost a (a / (a + b)) + cost b (b / (a + b)) = 0 <-> a = 0%R \/ b = 0%R.
Proof.
move=> a0 b0; split=> [E|[->|->]]; last first.
- by rewrite addr0 cost0 adde0 cost_alone.
- by rewrite add0r cost0 add0e cost_alone.
have [->|na] := eqVneq a 0%R; first by left.
have [->|nb] := eqVneq b 0%R; first by right.
have pa : (0 < a)%R by rewrite lt_neqAle eq_sym na.
have pb : (0 < b)%R by rewrite lt_neqAle eq_sym nb.
have : 0 < cost a (a / (a + b)) + cost b (b / (a + b)); last by rewrite E ltxx.
by rewrite adde_gt0// ?cost_shared// addrC cost_shared.
Qed.
End AtAPoint.

Section Divergence.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Notation density := (density mu).
Notation C := (C mu).
Notation KL := (KL mu).
Notation JSD := (JSD mu).

Lemma middleC p q : middle p q = middle q p.
Proof. by apply/funext => x; rewrite /middle addrC. Qed.

Lemma to_the_middle p q : density p -> density q -> mu.-integrable setT (fun x => (p x)%:E * - log (middle p q x / p x)) /\
  KL p (middle p q) = (ln 2)%:E - \int[mu]_x cost (p x) (p x / (p x + q x)).
Proof.
move=> dp dq; have [mp p0 _] := dp; have [mq q0 _] := dq; have i2 := share_integrable dp dq.
have i1 : mu.-integrable setT (fun x => (p x)%:E * (ln 2)%:E).
  by apply: integrable_ge0; [exact: (measurable_ln2 dp) | exact: (ln2_times_ge0 dp) | rewrite (integral_ln2 dp)].
have E : (fun x => (p x)%:E * - log (middle p q x / p x)) = (fun x => (p x)%:E * (ln 2)%:E) \- (fun x => cost (p x) (p x / (p x + q x))).
  by apply/funext => x; rewrite middle_term.
split; first by rewrite E; exact: integrableB.
by rewrite /Game.KL E integralB// (integral_ln2 dp).
Qed.

(* Nothing need be assumed of p and q for JSD to be finite. *)
Theorem JSD_integrable p q : density p -> density q ->
  mu.-integrable setT (fun x => (p x)%:E * - log (middle p q x / p x)) /\
  mu.-integrable setT (fun x => (q x)%:E * - log (middle p q x / q x)).
Proof.
by move=> dp dq; split; [have [] := to_the_middle dp dq | have [] := to_the_middle dq dp; rewrite middleC].
Qed.

Lemma two_shares p q : density p -> density q ->
  exists a b : R, [/\ C p q = (- (a + b))%:E, JSD p q = (2^-1 * (ln 2 - a + (ln 2 - b)))%:E & (0 <= a + b <= ln 4)%R].
Proof.
move=> dp dq; have [ha _ ka _] := least_parts dp dq; have [hb _ kb _] := least_parts dq dp.
have fa := share_finite dp dq; have fb := share_finite dq dp.
exists (fine (\int[mu]_x cost (p x) (p x / (p x + q x)))), (fine (\int[mu]_x cost (q x) (q x / (q x + p x)))).
have E : \int[mu]_x least p q x = \int[mu]_x cost (p x) (p x / (p x + q x)) + \int[mu]_x cost (q x) (q x / (q x + p x)).
  by rewrite -integral_sum//; apply: eq_integral => x _; rewrite /least [(q x + p x)%R]addrC.
split.
- by rewrite (C_is_least dp dq) E EFinN EFinD !fineK.
- rewrite /Game.JSD (to_the_middle dp dq).2 (middleC p q) (to_the_middle dq dp).2.
  by rewrite EFinM EFinD !EFinB !fineK.
- by rewrite -!lee_fin EFinD !fineK// -E; exact: (least_finite dp dq).
Qed.

Theorem C_is_JSD p q : density p -> density q -> C p q = (- ln 4)%:E + 2%:E * JSD p q.
Proof.
move=> dp dq; have [a [b [-> -> _]]] := two_shares dp dq; rewrite -EFinM -EFinD; congr (_%:E).
have -> : (ln 2 - a + (ln 2 - b) = ln 4 - (a + b))%R by rewrite addrACA -opprD ln4.
by rewrite mulrA divff ?pnatr_eq0// mul1r addKr.
Qed.

Theorem JSD_bounds p q : density p -> density q -> 0 <= JSD p q <= (ln 2)%:E.
Proof.
move=> dp dq; have [a [b [_ -> /andP[h0 h4]]]] := two_shares dp dq; rewrite !lee_fin.
have -> : (ln 2 - a + (ln 2 - b) = ln 4 - (a + b))%R by rewrite addrACA -opprD ln4.
rewrite mulr_ge0 ?invr_ge0 ?subr_ge0//=.
rewrite -subr_ge0 (_ : ln 2 = 2^-1 * ln 4)%R; last by rewrite ln4 mulrDr ![(2^-1 * _)%R]mulrC -splitr.
by rewrite -mulrBr opprB addrCA subrr addr0 mulr_ge0// invr_ge0.
Qed.

Lemma JSD_fin_num p q : density p -> density q -> JSD p q \is a fin_num.
Proof. by move=> dp dq; have /andP[a b] := JSD_bounds dp dq; exact: fin_between b. Qed.

Theorem JSD_zero p q : density p -> density q -> (JSD p q = 0 <-> {ae mu, forall x, p x = q x}).
Proof.
move=> dp dq; rewrite -(minimum_only_at_equality dp dq) (C_is_JSD dp dq).
rewrite -(fineK (JSD_fin_num dp dq)) -EFinM -EFinD; split=> [[->]|[]]; first by rewrite mulr0 addr0.
by rewrite -[X in _ = X]addr0 => /addrI/eqP; rewrite mulf_eq0 pnatr_eq0 /= => /eqP ->.
Qed.

Theorem C_largest p q : density p -> density q -> (C p q = 0 <-> {ae mu, forall x, p x = 0%R \/ q x = 0%R}).
Proof.
move=> dp dq; have [_ p0 _] := dp; have [_ q0 _] := dq; have ml := measurable_least dp dq; have l0 := least_ge0 dp dq.
rewrite (C_is_least dp dq); split=> [/eqP|E].
- by rewrite oppe_eq0 => /eqP Z; apply: ae_imply (ae_zero ml l0 Z) => x /(nothing_to_lose (p0 x) (q0 x)).
- have mz : measurable_fun setT (cst 0 : T -> \bar R) by exact: measurable_constant.
  rewrite (ae_integral ml mz) ?integral0 ?oppe0//.
  by apply: ae_imply E => x /(nothing_to_lose (p0 x) (q0 x)).
Qed.

Theorem JSD_largest p q : density p -> density q -> (JSD p q = (ln 2)%:E <-> {ae mu, forall x, p x = 0%R \/ q x = 0%R}).
Proof.
move=> dp dq; rewrite -(C_largest dp dq) (C_is_JSD dp dq) -(fineK (JSD_fin_num dp dq)) -EFinM -EFinD ln4.
have two (x : R) : (2 * x = x + x)%R by rewrite mulr_natl mulr2n.
split=> [[->]|[]]; first by rewrite two addrC subrr.
by move=> /eqP; rewrite addrC subr_eq0 -two => /eqP/(mulfI _) -> //; rewrite pnatr_eq0.
Qed.

(* Arjovsky & Bottou's perfect discriminator. *)
Theorem perfect_discriminator p q : density p -> density q -> {ae mu, forall x, p x = 0%R \/ q x = 0%R} ->
  [/\ C p q = 0, JSD p q = (ln 2)%:E, (forall x, p x != 0 -> q x = 0 -> D_star p q x = 1)%R &
    (forall x, p x = 0 -> q x != 0 -> D_star p q x = 0)%R].
Proof.
move=> dp dq E; split; [exact/(C_largest dp dq) | exact/(JSD_largest dp dq) | |] => x.
- by move=> n0 q0; rewrite /D_star /optimal q0 addr0 (negbTE n0) divff.
- by move=> p0 n0; rewrite /D_star /optimal p0 add0r (negbTE n0) mul0r.
Qed.
End Divergence.
