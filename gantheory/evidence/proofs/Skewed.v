(* JSD's integrand in one variable, beside that of KL.

   F is twice JSD's integrand at a = 1 - t and b = 1, K is that of KL, and K' is KL's with a and b exchanged. *)
From GanTheory Require Import Library Log Algebra Calculus Shape.
Local Open Scope ring_scope.

Section Skewed.
Variable R : realType.
Implicit Types s t x y : R.
Add Field reals : (field_of_reals R).

Definition F t : R := (1 - t) * ln (1 - t) - (2 - t) * ln (2 - t) + (2 - t) * ln 2.
Definition dF t : R := ln (2 - t) - ln (1 - t) - ln 2.
Definition ddF t : R := (1 - t)^-1 - (2 - t)^-1.
Definition K t : R := (1 - t) * ln (1 - t) + t.
Definition K' t : R := - ln (1 - t) - t.

Lemma two_minus x : 0 < 1 - x -> 0 < 2 - x.
Proof. by move=> h; rewrite (_ : 2 - x = 1 + (1 - x)); [rewrite addr_gt0// ltr01 | algebra]. Qed.

Lemma derive_shift c x : is_derive x 1 (fun t => c - t) (- 1).
Proof. by apply: (derive_eq (derive_sum (derive_number c x) (derive_minus (derive_id x)))); rewrite add0r. Qed.

Lemma derive_ln_two x : 0 < 1 - x -> is_derive x 1 (fun t => ln (2 - t)) (- (2 - x)^-1).
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 2 - t) (two_minus h) (derive_shift 2 x))).
by rewrite mulrN1.
Qed.

Lemma derive_F x : 0 < 1 - x -> is_derive x 1 F (dF x).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_sum (derive_product (derive_shift 1 x) (derive_ln_minus h))
  (derive_minus (derive_product (derive_shift 2 x) (derive_ln_two h)))) (derive_product (derive_shift 2 x) (derive_number (ln 2) x)))).
rewrite /dF; move: (lt0r_neq0 h) (lt0r_neq0 (two_minus h)); move: (ln (1 - x)) (ln (2 - x)) (ln 2) => u v l /eqP h1 /eqP h2; fractions.
Qed.

Lemma derive_dF x : 0 < 1 - x -> is_derive x 1 dF (ddF x).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_sum (derive_ln_two h) (derive_minus (derive_ln_minus h))) (derive_number (- ln 2) x))).
by rewrite /ddF; algebra.
Qed.

Lemma derive_K x : 0 < 1 - x -> is_derive x 1 K (- ln (1 - x)).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_product (derive_shift 1 x) (derive_ln_minus h)) (derive_id x))).
by move: (ln (1 - x)) (lt0r_neq0 h) => u /eqP h1; fractions.
Qed.

Lemma derive_dK x : 0 < 1 - x -> is_derive x 1 (fun t => - ln (1 - t)) (1 - x)^-1.
Proof. by move=> h; apply: (derive_eq (derive_minus (derive_ln_minus h))); rewrite opprK. Qed.

Lemma derive_K' x : 0 < 1 - x -> is_derive x 1 K' ((1 - x)^-1 - 1).
Proof. by move=> h; exact: (derive_sum (derive_dK h) (derive_minus (derive_id x))). Qed.

Lemma F0 : F 0 = 0. Proof. by rewrite /F !subr0 ln1; move: (ln 2) => l; algebra. Qed.
Lemma dF0 : dF 0 = 0. Proof. by rewrite /dF !subr0 ln1; move: (ln 2) => l; algebra. Qed.
Lemma K0 : K 0 = 0. Proof. by rewrite /K !subr0 ln1; algebra. Qed.
Lemma dK0 : - ln (1 - 0) = 0 :> R. Proof. by rewrite subr0 ln1 oppr0. Qed.

Lemma dK_gt0 x : 0 < x -> 0 < 1 - x -> 0 < - ln (1 - x).
Proof.
move=> x0 x1; apply: (@lt_le_trans _ _ x) => //; have := ln_below x1 => h.
by apply: (by_excess (c := 1 - x - 1 - ln (1 - x))); [algebra | rewrite subr_ge0].
Qed.

Lemma dF_ratio s t : 0 < s -> s < t -> t < 1 -> dF s * - ln (1 - t) <= dF t * - ln (1 - s).
Proof.
move=> s0 st t1; apply: (ratio_grows (df := ddF) (k := fun x => - ln (1 - x)) (dk := fun x => (1 - x)^-1) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_dF.
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_dK.
- exact: dF0.
- exact: dK0.
- by move=> x /andP[x0 xt]; rewrite invr_gt0 subr_gt0 (lt_trans xt).
- move=> x y x0 xy yt; have y1 : 0 < 1 - y by rewrite subr_gt0 (lt_trans yt).
  have x1 : 0 < 1 - x by rewrite subr_gt0 (lt_trans xy)// (lt_trans yt).
  have y2 := two_minus y1; have x2 := two_minus x1.
  apply: (by_excess (c := (y - x) * ((1 - x)^-1 * (1 - y)^-1 * (2 - x)^-1 * (2 - y)^-1))).
    by move: (lt0r_neq0 x1) (lt0r_neq0 y1) (lt0r_neq0 x2) (lt0r_neq0 y2) => /eqP a /eqP b /eqP c /eqP e; rewrite /ddF; fractions.
  by rewrite !mulr_ge0 ?invr_ge0 ?(ltW x1) ?(ltW x2) ?(ltW y1) ?(ltW y2)// subr_ge0 ltW.
Qed.

Lemma F_ratio s t : 0 < s -> s < t -> t < 1 -> F s * K t <= F t * K s.
Proof.
move=> s0 st t1; apply: (ratio_grows (df := dF) (dk := fun x => - ln (1 - x)) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_F.
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_K.
- exact: F0.
- exact: K0.
- by move=> x /andP[x0 xt]; rewrite dK_gt0// subr_gt0 (lt_trans xt).
- by move=> x y x0 xy yt; rewrite dF_ratio// (lt_trans yt).
Qed.

(* Towards t = 1, where F is log 2 and K is 1. *)
Lemma F_below t : 0 <= t < 1 -> F t <= ln 2 * K t.
Proof.
move=> /andP[]; rewrite le_eqVlt => /orP[/eqP <- _|t0 t1]; first by rewrite F0 K0 mulr0.
have d0 : 0 < 1 - t by rewrite subr_gt0.
apply: (in_the_limit d0 (k := 2 * `|F t| + 1)); first by rewrite addrC add_gt0 ?mulr_ge0 ?ler0n// ltr01.
move=> e e0 ed; pose x := 1 - e * e; have ex : 1 - x = e * e by rewrite /x; algebra.
have e1 : e < 1 by apply: lt_trans ed _; rewrite -subr_gt0 opprB addrCA subrr addr0.
have ee : e * e < 1 - t by apply: le_lt_trans ed; rewrite le_share ?ltW//.
have tx : t < x by rewrite /x -subr_gt0 (_ : _ - _ = 1 - t - e * e); [rewrite subr_gt0 | algebra].
have e2 : 0 < e * e by rewrite mulr_gt0.
have x1 : x < 1 by rewrite -subr_gt0 ex.
have xp : 0 < 1 - x by rewrite ex.
have x2 := two_minus xp.
have x0 := lt_trans t0 tx.
have Kx : 1 - 2 * e <= K x.
  have h := ln_above e0; rewrite /K ex lnM ?posrE//.
  apply: (by_excess (c := 2 * (e * e) * (ln e - (1 - e^-1)) + e * e)).
    by move: (ln e) (lt0r_neq0 e0) => u /eqP he; rewrite /x; fractions.
  by rewrite addr_ge0 ?(ltW e2)// mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// ltW.
have Fx : F x <= ln 2.
  have h1 : 0 <= dF x.
    rewrite /dF -addrA -opprD subr_ge0 addrC -lnM ?posrE ?ltr0n// ler_ln ?posrE ?mulr_gt0 ?ltr0n//.
    by apply: (by_excess (c := x)); [algebra | exact: ltW].
  have h2 : 0 <= ln (2 - x) by rewrite ln_ge0// (_ : 2 = 1 + 1)// -addrA le_addl ltW.
  apply: (by_excess (c := (1 - x) * dF x + ln (2 - x))).
    by rewrite /F /dF; move: (ln (1 - x)) (ln (2 - x)) (ln 2) => u v l; algebra.
  by rewrite addr_ge0// mulr_ge0// ltW.
have Kt : 0 <= K t.
  have h := ln_above d0; apply: (by_excess (c := (1 - t) * (ln (1 - t) - (1 - (1 - t)^-1)))).
    by rewrite /K; move: (ln (1 - t)) (lt0r_neq0 d0) => u /eqP ht; fractions.
  by rewrite mulr_ge0 ?subr_ge0// ltW.
have Kx1 : K x <= 1.
  have h := ltW (dK_gt0 x0 xp); apply: (by_excess (c := (1 - x) * - ln (1 - x) + (1 - x))).
    by rewrite /K; move: (ln (1 - x)) => u; algebra.
  by rewrite addr_ge0 ?(ltW xp)// mulr_ge0// ltW.
have k1 : 0 <= F x * K t - F t * K x by rewrite subr_ge0 F_ratio.
have k2 : 0 <= (ln 2 - F x) * K t by rewrite mulr_ge0// subr_ge0.
have k3 : 0 <= (`|F t| - F t) * (1 - K x) by rewrite mulr_ge0 ?subr_ge0// ler_norm.
have k4 : 0 <= `|F t| * (K x - (1 - 2 * e)) by rewrite mulr_ge0// subr_ge0.
apply: (by_excess (c := (F x * K t - F t * K x) + (ln 2 - F x) * K t + (`|F t| - F t) * (1 - K x) + `|F t| * (K x - (1 - 2 * e)) + e)).
  by move: (F x) (F t) (K x) (K t) `|F t| (ln 2) => u v z w a l; algebra.
exact: (addr_ge0 (addr_ge0 (addr_ge0 (addr_ge0 k1 k2) k3) k4) (ltW e0)).
Qed.

(* With a and b exchanged, half of KL's is enough. *)
Lemma F_half t : 0 <= t < 1 -> 2 * F t <= K' t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := K' x + - (2 * F x).
have -> : 0 = f 0 by rewrite /f /K' F0 !subr0 ln1 oppr0 mulr0 subrr.
apply: (grows (df := fun x => (1 - x)^-1 - 1 - 2 * dF x)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_K' mx) (derive_minus (derive_product (derive_number 2 x) (derive_F mx))))).
  by rewrite mulr0 addr0.
- have x2 := two_minus mx; have h : 0 < (2 - x) / (2 * (1 - x)) by rewrite divr_gt0// mulr_gt0// ltr0n.
  have := ln_below h; rewrite ln_div ?posrE ?mulr_gt0 ?ltr0n// lnM ?posrE ?ltr0n// => hl.
  apply: (by_excess (c := 2 * ((2 - x) / (2 * (1 - x)) - 1 - (ln (2 - x) - (ln 2 + ln (1 - x)))))).
    by rewrite /dF; move: (ln (1 - x)) (ln (2 - x)) (ln 2) (lt0r_neq0 mx) => u v l /eqP hm; fractions.
  by rewrite mulr_ge0 ?ler0n// subr_ge0.
Qed.
End Skewed.
