(* Pinsker's inequality. At a point 3 (a - b)^2 is at most 2 (a + 2 b) times KL's integrand; Cauchy and Schwarz do the rest. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Rate.
From GanTheory Require Import Algebra Calculus Shape Integrand TotalVariation Comparisons CauchySchwarz.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b c t x : R.
Add Field reals : (field_of_reals R).

Lemma K_above t : 0 <= t < 1 -> 3%:R * (t * t) <= (6%:R - 2 * t) * K t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := (6%:R - 2 * x) * K x + - (3%:R * (x * x)).
have -> : 0 = f 0 by rewrite /f K0 !mulr0 subrr.
pose g x := (8%:R - 4%:R * x) * - ln (1 - x) + - (8%:R * x).
have dlin (k l x : R) : is_derive x 1 (fun t => k - l * t) (- l).
  apply: (derive_eq (derive_sum (derive_number k x) (derive_minus (derive_product (derive_number l x) (derive_id x))))); algebra.
apply: (grows (df := g)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (dlin 6%:R 2 x) (derive_K mx))
    (derive_minus (derive_product (derive_number 3%:R x) (derive_square x))))).
  by rewrite /K /g; move: (ln (1 - x)) => u; algebra.
- have -> : 0 = g 0 by rewrite /g dK0 !mulr0 subrr.
  apply: (grows (df := fun x => 4%:R * (ln (1 - x) - (1 - (1 - x)^-1)))) => [//|y yx|y yx].
    have [y0 py my] : [/\ 0 <= y, 0 < 1 + y & 0 < 1 - y] by apply: (within yx); rewrite -subr_gt0.
    apply: (derive_eq (derive_sum (derive_product (dlin 8%:R 4%:R y) (derive_dK my))
      (derive_minus (derive_product (derive_number 8%:R y) (derive_id y))))).
    by move: (ln (1 - y)) (lt0r_neq0 my) => u /eqP h; fractions.
  have [y0 py my] : [/\ 0 <= y, 0 < 1 + y & 0 < 1 - y] by apply: (within yx); rewrite -subr_gt0.
  by rewrite mulr_ge0 ?ler0n// subr_ge0 ln_above.
Qed.

Lemma K_square t : 0 <= t < 1 -> t * t <= 2 * K t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := 2 * K x + - (x * x).
have -> : 0 = f 0 by rewrite /f K0 !mulr0 subrr.
apply: (grows (df := fun x => 2 * (- ln (1 - x) - x))) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (derive_number 2 x) (derive_K mx)) (derive_minus (derive_square x)))).
  by move: (ln (1 - x)) (K x) => u k; algebra.
- have := ln_below mx => h; rewrite mulr_ge0 ?ler0n//; apply: (by_excess (c := 1 - x - 1 - ln (1 - x))); last by rewrite subr_ge0.
  by move: (ln (1 - x)) => u; algebra.
Qed.

Lemma K'_above t : 0 <= t < 1 -> 3%:R * (t * t) <= (6%:R - 4%:R * t) * K' t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := (6%:R - 4%:R * x) * K' x + - (3%:R * (x * x)).
have -> : 0 = f 0 by rewrite /f /K' !subr0 ln1 oppr0 !mulr0 subrr.
pose g x := 4%:R * (ln (1 - x) + x) + 2 * (x * x) * (1 - x)^-1.
have dlin (k l x : R) : is_derive x 1 (fun t => k - l * t) (- l).
  apply: (derive_eq (derive_sum (derive_number k x) (derive_minus (derive_product (derive_number l x) (derive_id x))))); algebra.
apply: (grows (df := g)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (dlin 6%:R 4%:R x) (derive_K' mx))
    (derive_minus (derive_product (derive_number 3%:R x) (derive_square x))))).
  by rewrite /K' /g; move: (ln (1 - x)) (lt0r_neq0 mx) => u /eqP h; fractions.
- rewrite (_ : g x = (4%:R * K x - 2 * (x * x)) / (1 - x)).
    rewrite divr_ge0 ?(ltW mx)//; have h : x * x <= 2 * K x by apply: K_square; rewrite x0 -subr_gt0.
    by apply: (by_excess (c := 2 * (2 * K x - x * x))); [rewrite subr0; algebra | rewrite mulr_ge0 ?ler0n// subr_ge0].
  by rewrite /K /g; move: (ln (1 - x)) (lt0r_neq0 mx) => u /eqP h; fractions.
Qed.

Lemma pinsker_at a b : 0 < a -> 0 < b -> 3%:R * ((a - b) * (a - b)) <= 2 * (a + 2 * b) * (a * (ln a - ln b) + (b - a)).
Proof.
move=> a0 b0; have [ba|/ltW ab] := leP b a; last first.
- pose t := 1 - a / b; have bn := lt0r_neq0 b0; have bn' : b <> 0 by apply/eqP.
  have et : 1 - t = a / b by rewrite /t; algebra.
  have ea : a = b * (1 - t) by rewrite et; fractions.
  have tm : 0 < 1 - t by rewrite et divr_gt0.
  have t0 : 0 <= t by apply: (by_excess (c := (b - a) / b)); [rewrite /t; fractions | rewrite divr_ge0 ?subr_ge0// ltW].
  have t01 : 0 <= t < 1 by rewrite t0 -subr_gt0.
  have h := K_above t01; rewrite ea lnM ?posrE//.
  apply: (by_excess (c := b * b * ((6%:R - 2 * t) * K t - 3%:R * (t * t)))).
    by rewrite /K; move: (ln b) (ln (1 - t)) => u v; algebra.
  by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?(ltW b0).
- pose t := 1 - b / a; have an := lt0r_neq0 a0; have an' : a <> 0 by apply/eqP.
  have et : 1 - t = b / a by rewrite /t; algebra.
  have eb : b = a * (1 - t) by rewrite et; fractions.
  have tm : 0 < 1 - t by rewrite et divr_gt0.
  have t0 : 0 <= t by apply: (by_excess (c := (a - b) / a)); [rewrite /t; fractions | rewrite divr_ge0 ?subr_ge0// ltW].
  have t01 : 0 <= t < 1 by rewrite t0 -subr_gt0.
  have h := K'_above t01; rewrite eb lnM ?posrE//.
  apply: (by_excess (c := a * a * ((6%:R - 4%:R * t) * K' t - 3%:R * (t * t)))).
    by rewrite /K'; move: (ln a) (ln (1 - t)) => u v; algebra.
  by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?(ltW a0).
Qed.

Local Open Scope ereal_scope.

(* |a - b| for Cauchy and Schwarz' inequality: w is 1/(3 c). *)
Lemma distance_and_kl a b c w : (0 <= a)%R -> (0 <= b)%R -> (0 < c)%R -> (0 <= w)%R -> (3%:R * c * w = 1)%R ->
  (`|a - b|)%:E <= (c / 2)%:E * (cost a (b / a) + (b - a)%:E) + (w * (a + 2 * b))%:E.
Proof.
move=> a0 b0 c0 w0 cw; have ch : (0 < c / 2)%R by rewrite divr_gt0 ?ltr0n.
move: a0; rewrite le_eqVlt => /orP[/eqP <-|a0].
  rewrite cost0 add0e subr0 sub0r normrN ger0_norm// -EFinM -EFinD lee_fin.
  apply: (by_excess (c := (b * w / 2 * (3%:R * ((c - 1) * (c - 1)) + 1) + (1 - 3%:R * c * w) * (c * b / 2 - b))%R)); first by fractions.
  rewrite cw subrr mul0r addr0 mulr_ge0 ?divr_ge0 ?mulr_ge0 ?ler0n//.
  by apply: addr_ge0; rewrite ?ler01// mulr_ge0 ?ler0n// -expr2 sqr_ge0.
move: b0; rewrite le_eqVlt => /orP[/eqP <-|b0'].
  by rewrite kl_alone// gt0_muley ?lte_fin// addye// leey.
rewrite kl_at// -EFinM -EFinD lee_fin; have h := pinsker_at a0 b0'.
have dd : ((a - b) * (a - b) = `|a - b| * `|a - b|)%R by rewrite -normrM ger0_norm// -expr2 sqr_ge0.
have n0 : (0 < a + 2 * b)%R by rewrite addr_gt0// mulr_gt0 ?ltr0n.
rewrite dd in h; move: h n0; move: (`|a - b|)%R (a * (ln a - ln b) + (b - a))%R (a + 2 * b)%R => e k n h n0.
have n1 : n <> 0%R by apply/eqP; exact: lt0r_neq0.
pose y := (3%:R * c * e - 2 * n)%R.
apply: (by_excess (c := (c / 2 / 2 / n * (2 * n * k - 3%:R * (e * e)) + y * y * (w / 2 / 2 / n) +
  (1 - 3%:R * c * w) * (3%:R * c * (e * e) / 2 / 2 / n - e))%R)); first by rewrite /y; fractions.
rewrite cw subrr mul0r addr0; apply: addr_ge0; apply: mulr_ge0.
- by rewrite !divr_ge0 ?ler0n// ltW.
- by rewrite subr_ge0.
- by rewrite -expr2 sqr_ge0.
- by rewrite !divr_ge0 ?ler0n// ltW.
Qed.
End AtAPoint.

Section Pinsker.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation TV := (TV mu).
Notation KL := (KL mu).

Theorem pinsker p q : density p -> density q -> 2%:E * (TV p q * TV p q) <= KL p q.
Proof.
move=> dp dq; have [mF F0 E] := KL_ge0_integrand dp dq; have [mp p0 p1] := dp; have [mq q0 q1] := dq.
have md := measurable_distance dp dq; rewrite (TV_fine dp dq); set t := fine (TV p q).
have t0 : (0 <= t)%R by have /andP[h _] := TV_unit dp dq; rewrite -lee_fin /t -(TV_fine dp dq).
have K0 := KL_ge0 dp dq; have [fin|] := boolP (KL p q \is a fin_num); last first.
  by rewrite ge0_fin_numE// -leNgt leye_eq => /eqP ->; rewrite leey.
move: (fin) K0; rewrite -(fineK fin) => _; set k := fine (KL p q); rewrite lee_fin => k0.
have half : (t <= Num.sqrt (k / 2 * 1))%R.
  apply: below_root => //; first by rewrite divr_ge0 ?ler0n.
  move=> c c0; have cn : c <> 0%R by apply/eqP; exact: lt0r_neq0.
  pose w := (c^-1 / 3%:R)%R; have w0 : (0 <= w)%R by rewrite divr_ge0 ?invr_ge0 ?ler0n ?(ltW c0).
  have cw : (3%:R * c * w = 1)%R.
    by rewrite /w mulrA mulrAC -[(3%:R * c / 3%:R)%R]mulrAC mulfV ?pnatr_eq0// mul1r mulfV// gt_eqF.
  have m2 : measurable_fun setT (fun x => 2 * q x)%R by exact: measurable_multiple.
  have n2 x : (0 <= 2 * q x)%R by rewrite mulr_ge0 ?ler0n.
  have ms : measurable_fun setT (fun x => p x + 2 * q x)%R by exact: measurable_funD.
  have ns x : (0 <= p x + 2 * q x)%R by rewrite addr_ge0.
  have c2 : (0 <= c / 2)%R by rewrite divr_ge0 ?ler0n ?(ltW c0).
  have Et : (t + t)%:E = \int[mu]_x (`|p x - q x|)%:E.
    rewrite EFinD /t -(TV_fine dp dq) (TV_integral dp dq) -integral_real_sum.
    - by apply: eq_integral => x _; congr (_%:E); fractions.
    - exact: measurable_multiple.
    - exact: measurable_multiple.
    - by move=> x; rewrite mulr_ge0 ?half0.
    - by move=> x; rewrite mulr_ge0 ?half0.
  have Ew : \int[mu]_x (w * (p x + 2 * q x))%:E = (c^-1)%:E.
    rewrite (integral_real_scale mu ms ns w0) (integral_real_sum mu mp m2 p0 n2) (integral_real_scale mu mq q0 (ler0n _ 2)) p1 q1.
    rewrite mule1 -EFinD -EFinM (_ : 1 + 2 = 3%:R)%R; last by algebra.
    by rewrite /w -mulrA mulVf ?mulr1// pnatr_eq0.
  rewrite -lee_fin Et (_ : (c * (k / 2) + c^-1 * 1)%:E = (c / 2)%:E * KL p q + (c^-1)%:E); last first.
    by rewrite -(fineK fin) -EFinM -EFinD mulr1 -/k; congr (_%:E); fractions.
  rewrite -Ew E -(integral_scale mu mF F0 c2) -integral_sum.
  - apply: integral_le.
    + exact: measurable_real.
    + by apply: emeasurable_funD; [exact: measurable_scaled | apply: measurable_real; exact: measurable_multiple].
    + by move=> x; rewrite lee_fin.
    + by move=> x; exact: distance_and_kl.
  - exact: measurable_scaled.
  - by apply: measurable_real; exact: measurable_multiple.
  - by move=> x; rewrite mule_ge0// lee_fin.
  - by move=> x; rewrite lee_fin mulr_ge0.
rewrite mulr1 in half; rewrite -!EFinM lee_fin; have k2 : (0 <= k / 2)%R by rewrite divr_ge0 ?ler0n.
have : (t * t <= k / 2)%R by rewrite -[(k / 2)%R]sqr_sqrtr// expr2 le_mul.
by move=> h; apply: (by_excess (c := (2 * (k / 2 - t * t))%R)); [fractions | rewrite mulr_ge0 ?ler0n// subr_ge0].
Qed.
End Pinsker.
