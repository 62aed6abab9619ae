(* Proposition 2: V is affine in p_g, so that C is convex in it; and how fast descent in p_g itself comes down to p_data. *)
From GanTheory Require Import Library Log Space Game Optimum.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types (a b t : R) (x y z : \bar R).
Local Open Scope ereal_scope.

Lemma affine_sum x y z t : 0 <= x -> 0 <= y -> 0 <= z -> (0 <= t)%R -> (0 <= 1 - t)%R ->
  x + (t%:E * y + (1 - t)%:E * z) = t%:E * (x + y) + (1 - t)%:E * (x + z).
Proof.
move=> x0 y0 z0 t0 t1; rewrite !ge0_muleDr// addeACA; congr (_ + _).
by rewrite -ge0_muleDl ?lee_fin// -EFinD addrC subrK mul1e.
Qed.

(* z is its positive part less its negative part; written so that, with a and b added, no term is negative. *)
Lemma parts_balance z a b : z != -oo -> maxe z 0 + b%:E = z + (b - a)%:E + (maxe (- z) 0 + a%:E).
Proof.
case: z => [r| |//] _; last by rewrite /= (max_l (leey 0)) (max_r (leNye 0)).
rewrite -EFinN; have [r0|r0] := leP 0%R r.
- by rewrite max_l ?lee_fin// max_r ?lee_fin ?oppr_le0// add0e -!EFinD -addrA subrK.
- by rewrite max_r ?lee_fin ?(ltW r0)// max_l ?lee_fin ?oppr_ge0 ?(ltW r0)// add0e -!EFinD addrACA subrr add0r subrK.
Qed.

(* 2 JSD <= KL at a point: by Gibbs' inequality for (a + b)/2 against b. *)
Lemma least_and_kl a b : (0 <= a)%R -> (0 <= b)%R ->
  ((a + b) * ln 2)%:E <= cost a (a / (a + b)) + cost b (b / (a + b)) + (cost a (b / a) + (b - a)%:E).
Proof.
rewrite le_eqVlt => /orP[/eqP <- b0|a0].
  rewrite !cost0 !add0e subr0 add0r lee_paddl ?cost_ge0//; last first.
  - rewrite lee_fin -[leRHS]mulr1 -subr_ge0 -mulrBr mulr_ge0// subr_ge0.
    by apply: le_trans (ln_below _) _; rewrite ?ltr0n// (_ : 2 = 1 + 1)%R ?addrK// -(natrD R 1 1).
  - by have := share_le1 b0 (lexx 0%R); rewrite addr0.
rewrite le_eqVlt => /orP[/eqP <-|b0].
  have -> : cost a (0 / a) = +oo by rewrite /cost mul0r log0 /= gt0_muley ?lte_fin.
  by rewrite cost0 adde0 addr0 divff ?gt_eqF// /cost log_pos ?ltr01// ln1 oppe0 mule0 add0e leey.
have n0 : (0 < a + b)%R by rewrite addr_gt0.
have t0 : (0 < 2 :> R)%R by rewrite ltr0n.
have m0 : (0 < (a + b) / 2)%R by rewrite divr_gt0.
have := gibbs (ltW m0) (ltW b0).
rewrite /cost !log_pos ?divr_gt0// -!EFinN -!EFinM -!EFinD !lee_fin !ln_div ?posrE ?divr_gt0// !opprB.
set A := ln a; set B := ln b; set N := ln (a + b); set L := ln 2; rewrite -subr_ge0 => h.
have X : (- (B + (L - N)) = N - B - L)%R by rewrite opprD opprB addrCA addrA.
have Y : (N - L - B = N - B - L)%R by rewrite addrAC.
have {h} : (0 <= (a + b) * (N - B - L) - (a + b - (b + b)))%R.
  move: h; rewrite ?X ?Y; set m := ((a + b) / 2)%R; have E : (a + b = m + m)%R by exact: splitr.
  move=> h; have := addr_ge0 h h; by rewrite E mulrDl addrACA -opprD (addrACA m) -(opprD b b).
move=> h.
have -> : (a * (N - A) + b * (N - B) + (a * (A - B) + (b - a)) = (a + b) * (N - B) + (b - a))%R.
  by rewrite addrACA -mulrDr [(N - A + (A - B))%R]addrA subrK addrA -mulrDl.
rewrite -subr_ge0 addrAC -mulrBr.
by move: h; rewrite opprB opprD addrACA subrr addr0.
Qed.

Lemma power_of_half n : (0 < n)%N -> ((2^-1 : R) ^+ n <= n%:R^-1)%R.
Proof.
move=> n0; rewrite exprVn; (first [rewrite lef_pinv | rewrite lef_pV2]); rewrite ?posrE ?exprn_gt0 ?ltr0n//.
by rewrite -natrX ler_nat ltnW// ltn_expl.
Qed.
End AtAPoint.

Section Convexity.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types (p q D : T -> R) (t : R).
Notation density := (density mu).
Notation V := (V mu).
Notation C := (C mu).

Definition mixture t q1 q2 (x : T) : R := (t * q1 x + (1 - t) * q2 x)%R.

Lemma integral_mixture t (u v : T -> \bar R) : (0 <= t <= 1)%R -> measurable_fun setT u -> measurable_fun setT v ->
  (forall x, 0 <= u x) -> (forall x, 0 <= v x) ->
  \int[mu]_x (t%:E * u x + (1 - t)%:E * v x) = t%:E * \int[mu]_x u x + (1 - t)%:E * \int[mu]_x v x.
Proof.
move=> /andP[t0 t1] hu hv u0 v0; have t1' : (0 <= 1 - t)%R by rewrite subr_ge0.
rewrite integral_sum ?integral_scale//; [exact: measurable_scaled | exact: measurable_scaled | |].
- by move=> x; rewrite mule_ge0// lee_fin.
- by move=> x; rewrite mule_ge0// lee_fin.
Qed.

Lemma mixture_density t q1 q2 : (0 <= t <= 1)%R -> density q1 -> density q2 -> density (mixture t q1 q2).
Proof.
move=> t01 [m1 n1 i1] [m2 n2 i2]; have /andP[t0 t1] := t01; have t1' : (0 <= 1 - t)%R by rewrite subr_ge0.
split; first by apply: measurable_funD; exact: measurable_multiple.
- by move=> x; rewrite /mixture addr_ge0// mulr_ge0.
- rewrite /mixture; under eq_integral do rewrite EFinD !EFinM.
  rewrite integral_mixture// ?i1 ?i2; last 2 first.
  + exact: measurable_real.
  + exact: measurable_real.
  by rewrite !mule1 -EFinD addrC subrK.
Qed.

Lemma cost_mixture t q1 q2 y x : (0 <= t <= 1)%R -> (0 <= q1 x)%R -> (0 <= q2 x)%R ->
  cost (mixture t q1 q2 x) y = t%:E * cost (q1 x) y + (1 - t)%:E * cost (q2 x) y.
Proof.
by move=> /andP[t0 t1] n1 n2; rewrite /cost !muleA -!EFinM -ge0_muleDl ?lee_fin ?mulr_ge0 ?subr_ge0.
Qed.

Theorem V_affine p q1 q2 t D : density p -> density q1 -> density q2 -> (0 <= t <= 1)%R -> discriminator D ->
  V p (mixture t q1 q2) D = t%:E * V p q1 D + (1 - t)%:E * V p q2 D.
Proof.
move=> dp d1 d2 t01 dD; have dm := mixture_density t01 d1 d2; have /andP[t0 t1] := t01.
have t1' : (0 <= 1 - t)%R by rewrite subr_ge0.
have [m1 n1 _] := d1; have [m2 n2 _] := d2.
have [hp h1 kp k1] := loss_parts dp d1 dD; have [_ h2 _ k2] := loss_parts dp d2 dD.
rewrite (V_is_two_costs dp dm dD) (V_is_two_costs dp d1 dD) (V_is_two_costs dp d2 dD) !muleN.
have -> : \int[mu]_x cost (mixture t q1 q2 x) (1 - D x) =
    t%:E * \int[mu]_x cost (q1 x) (1 - D x) + (1 - t)%:E * \int[mu]_x cost (q2 x) (1 - D x).
  by rewrite -integral_mixture//; apply: eq_integral => x _; rewrite cost_mixture.
have iA : 0 <= \int[mu]_x cost (p x) (D x) by rewrite integral_ge0.
have i1 : 0 <= \int[mu]_x cost (q1 x) (1 - D x) by rewrite integral_ge0.
have i2 : 0 <= \int[mu]_x cost (q2 x) (1 - D x) by rewrite integral_ge0.
have te : 0 <= t%:E by rewrite lee_fin.
have te' : 0 <= (1 - t)%:E by rewrite lee_fin.
rewrite -minus_sum; [|exact: mule_ge0 te (adde_ge0 iA i1)|exact: mule_ge0 te' (adde_ge0 iA i2)].
by apply/eqe_oppP; exact: affine_sum.
Qed.

(* At the D* of the mixture V is C there, and at most C at the two parts. *)
Theorem C_convex p q1 q2 t : density p -> density q1 -> density q2 -> (0 <= t <= 1)%R ->
  C p (mixture t q1 q2) <= t%:E * C p q1 + (1 - t)%:E * C p q2.
Proof.
move=> dp d1 d2 t01; have dm := mixture_density t01 d1 d2; have /andP[t0 t1] := t01.
have [dO <-] := D_star_attains dp dm; rewrite (V_affine dp d1 d2 t01 dO).
by apply: lee_add; apply: lee_wpmul2l; rewrite ?lee_fin ?subr_ge0//; exact: V_at_most_C.
Qed.
End Convexity.

Section Rate.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Notation density := (density mu).
Notation C := (C mu).
Notation KL := (KL mu).

(* KL's integrand may be negative. With q - p added, whose integral is 0, it is not. *)
Lemma KL_ge0_integrand p q : density p -> density q ->
  [/\ measurable_fun setT (fun x => cost (p x) (q x / p x) + (q x - p x)%:E), (forall x, 0 <= cost (p x) (q x / p x) + (q x - p x)%:E) &
    KL p q = \int[mu]_x (cost (p x) (q x / p x) + (q x - p x)%:E)].
Proof.
move=> [mp p0 p1] [mq q0 q1]; pose f x := cost (p x) (q x / p x).
have mf : measurable_fun setT f by apply: measurable_cost => //; exact: measurable_ratio.
have lf x : (p x - q x)%:E <= f x by exact: gibbs.
have mF : measurable_fun setT (fun x => f x + (q x - p x)%:E).
  by apply: emeasurable_funD => //; apply: measurable_real; exact: measurable_funB.
have F0 x : 0 <= f x + (q x - p x)%:E.
  have -> : 0 = (p x - q x)%:E + (q x - p x)%:E :> \bar R by rewrite -EFinD -[(q x - p x)%R]opprB subrr.
  exact: lee_add.
split=> //; rewrite /Game.KL -/(f _) integralE.
have mf' : measurable_fun setT f^\+ by exact: emeasurable_fun_funepos.
have mf'' : measurable_fun setT f^\- by exact: emeasurable_fun_funeneg.
have small x : f^\- x <= (q x)%:E.
  have h : - f x <= (q x)%:E.
    rewrite lee_oppl; apply: le_trans (lf x); by rewrite -EFinN lee_fin -subr_ge0 opprK subrK.
  by (first [rewrite funenegE | rewrite /funeneg]); have [_|_] := leP (- f x) 0; rewrite ?lee_fin.
have fin : \int[mu]_x f^\- x \is a fin_num.
  apply: (@fin_between _ _ 1); first by rewrite integral_ge0.
  by rewrite -q1; apply: integral_le => //; exact: measurable_real.
have E : \int[mu]_x f^\+ x + 1 = \int[mu]_x (f x + (q x - p x)%:E) + (\int[mu]_x f^\- x + 1).
  have mq' := measurable_real mq; have mp' := measurable_real mp.
  have q0' x : 0 <= (q x)%:E by rewrite lee_fin.
  have p0' x : 0 <= (p x)%:E by rewrite lee_fin.
  have mG : measurable_fun setT (fun x => f^\- x + (p x)%:E) by exact: emeasurable_funD.
  have G0 x : 0 <= f^\- x + (p x)%:E by rewrite adde_ge0.
  have <- : \int[mu]_x (f^\- x + (p x)%:E) = \int[mu]_x f^\- x + 1 by rewrite integral_sum// p1.
  have <- : \int[mu]_x (f^\+ x + (q x)%:E) = \int[mu]_x f^\+ x + 1 by rewrite integral_sum// q1.
  rewrite -integral_sum//.
  apply: eq_integral => x _; (try rewrite funeposE funenegE); exact: (parts_balance _ _ (cost_not_ninfty (q x / p x) (p0 x))).
move: E; rewrite addeA => /(congr1 (fun z => z - 1)); rewrite !addeK// => ->.
by rewrite addeK.
Qed.

Theorem KL_ge0 p q : density p -> density q -> 0 <= KL p q.
Proof. by move=> dp dq; have [_ F0 ->] := KL_ge0_integrand dp dq; exact: integral_ge0. Qed.

Theorem C_at_most_KL p q : density p -> density q -> C p q + (ln 4)%:E <= KL p q.
Proof.
move=> dp dq; have [mF F0 ->] := KL_ge0_integrand dp dq; have [mp p0 _] := dp; have [mq q0 _] := dq.
have ml := measurable_least dp dq; have mp2 := measurable_ln2 dp; have mq2 := measurable_ln2 dq.
have p2 := ln2_times_ge0 dp; have q2 := ln2_times_ge0 dq; have l0 := least_ge0 dp dq.
rewrite (C_is_least dp dq) addeC lee_subl_addr ?least_fin_num// addeC.
have -> : (ln 4)%:E = \int[mu]_x ((p x)%:E * (ln 2)%:E + (q x)%:E * (ln 2)%:E).
  by rewrite integral_sum// !integral_ln2// -EFinD ln4.
rewrite -integral_sum//; apply: integral_le.
- exact: emeasurable_funD.
- exact: emeasurable_funD.
- by move=> x; rewrite adde_ge0.
- by move=> x; rewrite -!EFinM -EFinD -mulrDl; exact: least_and_kl.
Qed.

(* p_{n+1} = (p_data + p_n)/2, from p_0 = q. *)
Fixpoint descent p q (n : nat) : T -> R := if n is n'.+1 then mixture 2^-1 p (descent p q n') else q.

Lemma descent_density p q n : density p -> density q -> density (descent p q n).
Proof. by move=> dp dq; elim: n => //= n IH; apply: mixture_density => //; exact: half_unit. Qed.

(* By convexity, as C is - log 4 at p_data. *)
Theorem descent_halves p q n : density p -> density q ->
  0 <= C p (descent p q n) + (ln 4)%:E <= (2^-1 ^+ n)%:E * (C p q + (ln 4)%:E).
Proof.
move=> dp dq; have dn k := descent_density k dp dq; have [Cp _] := at_equality dp.
pose c k := fine (C p (descent p q k)); have cE k : C p (descent p q k) = (c k)%:E by rewrite /c fineK// C_fin_num.
have low k : (0 <= c k + ln 4)%R.
  by have /andP[] := C_bounds dp (dn k); rewrite cE lee_fin -subr_ge0 opprK.
have step k : (c k.+1 + ln 4 <= 2^-1 * (c k + ln 4))%R.
  have := C_convex dp dp (dn k) (half_unit R); rewrite -/(descent p q k.+1) !cE Cp one_minus_half -!EFinM -EFinD lee_fin.
  rewrite -subr_ge0 => h; rewrite -subr_ge0; apply: le_trans h _.
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  rewrite mulrDr mulrN opprD addrA addrAC; congr (_ - _)%R.
  rewrite addrC -addrA; congr (_ + _)%R.
  by rewrite [X in _ = (_ - X)%R](splitr (ln 4)) opprD addrA ![(2^-1 * _)%R]mulrC subrr add0r.
rewrite -/(descent p q 0) !cE -EFinD -EFinM !lee_fin low /=; elim: n => [|n IH]; first by rewrite expr0 mul1r.
apply: le_trans (step n) _; rewrite exprS -mulrA.
by rewrite -subr_ge0 -mulrBr mulr_ge0 ?invr_ge0// subr_ge0.
Qed.

Theorem descent_rate p q n : density p -> density q -> (0 < n)%N ->
  C p (descent p q n) + (ln 4)%:E <= (n%:R^-1)%:E * KL p q.
Proof.
move=> dp dq n0; have /andP[_ h] := descent_halves n dp dq; apply: le_trans h _.
apply: (@le_trans _ _ ((2^-1 ^+ n)%:E * KL p q)).
  by apply: lee_wpmul2l; [rewrite lee_fin exprn_ge0// invr_ge0 ler0n | exact: C_at_most_KL].
by apply: lee_wpmul2r; [exact: KL_ge0 | rewrite lee_fin power_of_half].
Qed.
End Rate.
