(* JSD's integrand in one variable, and how it compares with those of other divergences.

   With a = n (1 + t)/2 and b = n (1 - t)/2, JSD's integrand is n/4 times G(t), Jeffreys' n t L(t), that of the triangular discrimination
   n/2 t^2. *)
From GanTheory Require Import Library Log Algebra Calculus.
Local Open Scope ring_scope.

Section Shape.
Variable R : realType.
Implicit Types c s t x y : R.
Add Field reals : (field_of_reals R).

Definition G t : R := (1 + t) * ln (1 + t) + (1 - t) * ln (1 - t).
Definition L t : R := ln (1 + t) - ln (1 - t).

Lemma within x t : 0 <= x <= t -> t < 1 -> [/\ 0 <= x, 0 < 1 + x & 0 < 1 - x].
Proof. by move=> /andP[x0 xt] t1; split=> //; [rewrite add_gt0// ltr01 | rewrite subr_gt0 (le_lt_trans xt)]. Qed.

Lemma derive_ln_plus x : 0 < 1 + x -> is_derive x 1 (fun t => ln (1 + t)) (1 + x)^-1.
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 1 + t) h (derive_sum (derive_number 1 x) (derive_id x)))).
by rewrite add0r mulr1.
Qed.

Lemma derive_ln_minus x : 0 < 1 - x -> is_derive x 1 (fun t => ln (1 - t)) (- (1 - x)^-1).
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 1 - t) h (derive_sum (derive_number 1 x) (derive_minus (derive_id x))))).
by rewrite add0r mulrN1.
Qed.

Lemma derive_G x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 G (L x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum
  (derive_product (derive_sum (derive_number 1 x) (derive_id x)) (derive_ln_plus hp))
  (derive_product (derive_sum (derive_number 1 x) (derive_minus (derive_id x))) (derive_ln_minus hm)))).
rewrite /L; move: (ln (1 + x)) (ln (1 - x)) hp hm => u v /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm; fractions.
Qed.

Definition dL t : R := (1 + t)^-1 + (1 - t)^-1.

Lemma derive_L x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 L (dL x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum (derive_ln_plus hp) (derive_minus (derive_ln_minus hm)))).
by rewrite opprK.
Qed.

Lemma dLE x : 0 < 1 + x -> 0 < 1 - x -> dL x = 2 * (1 - x * x)^-1.
Proof.
move=> hp hm; have := mulr_gt0 hp hm; rewrite /dL (_ : (1 + x) * (1 - x) = 1 - x * x); last by algebra.
by move: hp hm => /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm /lt0r_neq0/eqP h; fractions.
Qed.

Lemma dL_grows x y : 0 <= x -> x <= y -> y < 1 -> dL x <= dL y.
Proof.
move=> x0 xy y1; have y0 := le_trans x0 xy.
have [_ px mx] : [/\ 0 <= x, 0 < 1 + x & 0 < 1 - x] by apply: (within (t := y)) => //; rewrite x0.
have [_ py my] : [/\ 0 <= y, 0 < 1 + y & 0 < 1 - y] by apply: (within (t := y)) => //; rewrite y0 lexx.
have hx : 0 < 1 - x * x by rewrite (_ : 1 - x * x = (1 + x) * (1 - x)); [rewrite mulr_gt0 | algebra].
have hy : 0 < 1 - y * y by rewrite (_ : 1 - y * y = (1 + y) * (1 - y)); [rewrite mulr_gt0 | algebra].
rewrite !dLE//; apply: (by_excess (c := 2 * (y * y - x * x) * ((1 - y * y)^-1 * (1 - x * x)^-1))).
  by move: hx hy => /lt0r_neq0/eqP hx /lt0r_neq0/eqP hy; fractions.
by rewrite !mulr_ge0 ?ler0n ?invr_ge0 ?(ltW hx) ?(ltW hy)// subr_ge0 le_mul.
Qed.

Lemma G0 : G 0 = 0. Proof. by rewrite /G addr0 subr0 ln1; algebra. Qed.
Lemma L0 : L 0 = 0. Proof. by rewrite /L addr0 subr0 subrr. Qed.

Lemma derive_square x : is_derive x 1 (fun t => t * t) (x + x).
Proof. by apply: (derive_eq (derive_product (derive_id x) (derive_id x))); rewrite !mulr1. Qed.

Lemma L_above t : 0 <= t < 1 -> t + t <= L t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := L x + - (x + x).
have -> : 0 = f 0 by rewrite /f L0; algebra.
apply: (grows (df := fun x => dL x - 2)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- by apply: (derive_eq (derive_sum (derive_L px mx) (derive_minus (derive_sum (derive_id x) (derive_id x))))).
- rewrite subr_ge0; have <- : dL 0 = 2 by rewrite /dL addr0 subr0 invr1.
  by rewrite dL_grows// -subr_gt0.
Qed.

Lemma G_above t : 0 <= t < 1 -> t * t <= G t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := G x + - (x * x).
have -> : 0 = f 0 by rewrite /f G0; algebra.
apply: (grows (df := fun x => L x - (x + x))) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- exact: (derive_sum (derive_G px mx) (derive_minus (derive_square x))).
- by rewrite subr_ge0 L_above// x0 -subr_gt0.
Qed.

Lemma L_ratio s t : 0 < s -> s < t -> t < 1 -> L s * t <= L t * s.
Proof.
move=> s0 st t1; apply: (ratio_grows (df := dL) (k := fun x => x) (dk := fun _ => 1) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_L.
- exact: L0.
- by [].
- by move=> x _; exact: ltr01.
- by move=> x y x0 xy yt; rewrite !mulr1 dL_grows ?ltW// (lt_trans yt).
Qed.

Lemma G_ratio s t : 0 < s -> s < t -> t < 1 -> G s * (t * t) <= G t * (s * s).
Proof.
move=> s0 st t1; apply: (ratio_grows (df := L) (k := fun x => x * x) (dk := fun x => x + x) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_G.
- by move=> x _; exact: derive_square.
- exact: G0.
- exact: mulr0.
- by move=> x /andP[x0 _]; rewrite addr_gt0.
- by move=> x y x0 xy yt; rewrite !mulrDr le_add// L_ratio// (lt_trans yt).
Qed.

(* G <= t L/2. *)
Lemma G_and_L t : 0 <= t < 1 -> G t + G t <= t * L t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := x * L x + - (G x + G x).
have -> : 0 = f 0 by rewrite /f G0 L0; algebra.
apply: (grows (df := fun x => x * dL x - L x)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (derive_id x) (derive_L px mx))
    (derive_minus (derive_sum (derive_G px mx) (derive_G px mx))))).
  by algebra.
- move: x0; rewrite subr_ge0 le_eqVlt => /orP[/eqP <-|x0]; first by rewrite mul0r L0.
  have h y : 0 <= y <= x -> is_derive y 1 L (dL y) by move=> yx; have [] := within yx; [rewrite -subr_gt0 | move=> *; exact: derive_L].
  have [c /andP[c0 cx]] := mean_value x0 h; rewrite L0 !subr0 => ->; rewrite mulrC le_mull ?(ltW x0)// dL_grows ?ltW//.
  by rewrite -subr_gt0.
Qed.

(* Towards t = 1, where G is 2 log 2. *)
Lemma G_below t : 0 <= t < 1 -> G t <= 2 * ln 2 * (t * t).
Proof.
move=> /andP[]; rewrite le_eqVlt => /orP[/eqP <- _|t0 t1]; first by rewrite G0 !mulr0.
have G0' : 0 <= G t by apply: le_trans (G_above _); [rewrite mulr_ge0 ?(ltW t0) | rewrite (ltW t0)].
have [d0 l0] : 0 < 1 - t /\ 0 <= ln 2 :> R by rewrite subr_gt0 ln2_ge0.
apply: (in_the_limit d0 (k := 2 * G t + 1)); first by rewrite addrC add_gt0 ?mulr_ge0// ltr01.
move=> e e0 ed; pose x := 1 - e.
have tx : t < x by rewrite /x -subr_gt0 (_ : _ - _ = 1 - t - e); [rewrite subr_gt0 | algebra].
have x1 : x < 1 by rewrite /x -subr_gt0 opprB addrCA subrr addr0.
have x0 := lt_trans t0 tx.
have px : 0 < 1 + x by rewrite addr_gt0.
have Gx : G x <= 2 * ln 2.
  rewrite /G; apply: (@le_trans _ _ (2 * ln 2 + 0)); last by rewrite addr0.
  apply: le_add.
    apply: le_mul; rewrite ?(ltW px)//.
    - by rewrite ln_ge0// le_addl ltW.
    - by rewrite (_ : 2 = 1 + 1)// le_add2l ltW.
    - by rewrite ler_ln ?posrE// ?ltr0n// (_ : 2 = 1 + 1)// le_add2l ltW.
  rewrite mulr_ge0_le0 ?subr_ge0 ?(ltW x1)//; apply: le_trans (ln_below _) _; rewrite ?subr_gt0//.
  by rewrite addrAC subrr add0r oppr_le0 ltW.
have := G_ratio t0 tx x1 => h.
apply: (@le_trans _ _ (2 * ln 2 * (t * t) + 2 * G t * e)); last first.
  by rewrite le_add2l le_mulr ?(ltW e0)// le_addl ler01.
apply: (@le_trans _ _ (G t * (x * x) + 2 * G t * e)).
  by apply: (by_excess (c := G t * (e * e))); [rewrite /x; algebra | rewrite !mulr_ge0// ltW].
by rewrite le_add2r (le_trans h)// le_mulr// mulr_ge0// ltW.
Qed.
End Shape.
