(* Bretagnolle and Huber's inequality: Gibbs' at the roots of p and q, and Cauchy and Schwarz'. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Rate.
From GanTheory Require Import Algebra Calculus Integrand TotalVariation Comparisons CauchySchwarz.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b r l : R.
Add Field reals : (field_of_reals R).
Local Open Scope ereal_scope.

Lemma gibbs_of_roots a b r : (0 <= a)%R -> (0 <= b)%R -> (0 < r)%R ->
  (a * (1 + 2 * - ln r) + b)%:E <= cost a (b / a) + (b - a)%:E + (2 / r * (Num.sqrt a * Num.sqrt b))%:E.
Proof.
move=> a0 b0 r0; move: a0; rewrite le_eqVlt => /orP[/eqP <-|a0].
  by rewrite cost0 add0e subr0 mul0r add0r sqrtr0 mul0r mulr0 adde0.
move: b0; rewrite le_eqVlt => /orP[/eqP <-|b0]; first by rewrite kl_alone// addye// leey.
rewrite kl_at// -EFinD lee_fin; pose x := Num.sqrt a; pose y := Num.sqrt b; rewrite -/x -/y.
have x0 : (0 < x)%R by rewrite sqrtr_gt0.
have y0 : (0 < y)%R by rewrite sqrtr_gt0.
have -> : a = (x * x)%R by rewrite -expr2 sqr_sqrtr// ltW.
have -> : b = (y * y)%R by rewrite -expr2 sqr_sqrtr// ltW.
have s0 : (0 < y / (x * r))%R by rewrite divr_gt0// mulr_gt0.
have := ln_below s0; rewrite ln_div ?posrE ?mulr_gt0// !lnM ?posrE// => h.
have xn : x <> 0%R by apply/eqP; exact: lt0r_neq0.
have rn : r <> 0%R by apply/eqP; exact: lt0r_neq0.
apply: (by_excess (c := (2 * (x * x) * (y / (x * r) - 1 - (ln y - (ln x + ln r))))%R)).
  by move: (ln x) (ln y) (ln r) => u v w; fractions.
by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// mulr_ge0 ?(ltW x0).
Qed.
End AtAPoint.

Section BretagnolleHuber.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation TV := (TV mu).
Notation KL := (KL mu).
Notation H2 := (H2 mu).

(* e^-x, which is 0 at infinity. *)
Definition exp_minus (x : \bar R) : R := if x is r%:E then expR (- r)%R else 0%R.

Theorem bretagnolle_huber p q : density p -> density q -> TV p q <= (Num.sqrt (1 - exp_minus (KL p q)))%:E.
Proof.
move=> dp dq; have [mF F0 E] := KL_ge0_integrand dp dq; have [mp p0 p1] := dp; have [mq q0 q1] := dq.
have tv := TV_below_root dp dq; have hh := H2_at_most_TV dp dq; have /andP[_ t1] := TV_unit dp dq.
have mh := measurable_hellinger_at dp dq; have h0' := hellinger_at_ge0 p q.
have H0 : 0 <= H2 p q by rewrite (H2_integral dp dq) integral_ge0// => x _; rewrite lee_fin.
have fH : H2 p q = (fine (H2 p q))%:E by rewrite fineK//; exact: fin_between (le_trans hh t1).
set h := fine (H2 p q) in fH tv.
have h0 : (0 <= h)%R by rewrite -lee_fin -fH.
have h1 : (h <= 1)%R by rewrite -lee_fin -fH (le_trans hh).
apply: le_trans tv _; rewrite lee_fin.
suff B : (exp_minus (KL p q) <= (1 - h) * (1 - h))%R.
  have -> : (h * (2 - h) = 1 - (1 - h) * (1 - h))%R by algebra.
  have k : (1 - (1 - h) * (1 - h) <= 1 - exp_minus (KL p q))%R by rewrite le_add2l le_opp2.
  exact: ler_wsqrtr.
have K0 := KL_ge0 dp dq; have b0 : (0 <= 1 - h)%R by rewrite subr_ge0.
have [fin|] := boolP (KL p q \is a fin_num); last first.
  by rewrite ge0_fin_numE// -leNgt leye_eq => /eqP ->; rewrite /exp_minus mulr_ge0.
move: (K0); rewrite -(fineK fin) /exp_minus; set k := fine (KL p q); rewrite lee_fin => k0.
have mr : measurable_fun setT (fun x => Num.sqrt (p x) * Num.sqrt (q x))%R.
  by apply: measurable_funM; [exact: (measurable_root dp) | exact: (measurable_root dq)].
have r0 x : (0 <= Num.sqrt (p x) * Num.sqrt (q x))%R by rewrite mulr_ge0 ?sqrtr_ge0.
have I : \int[mu]_x (Num.sqrt (p x) * Num.sqrt (q x))%:E = (1 - h)%:E.
  have : \int[mu]_x (Num.sqrt (p x) * Num.sqrt (q x))%:E + H2 p q = 1.
    rewrite (H2_integral dp dq) -integral_real_sum// -(halves R).
    have half f : density f -> \int[mu]_x (2^-1 * f x)%:E = (2^-1)%:E.
      by move=> [mf f0 f1]; rewrite (integral_real_scale mu mf f0 (half0 R)) f1 mule1.
    rewrite -{1}(half p dp) -(half q dq) -integral_real_sum; first last.
    - by move=> x; rewrite mulr_ge0 ?half0.
    - by move=> x; rewrite mulr_ge0 ?half0.
    - exact: measurable_multiple.
    - exact: measurable_multiple.
    apply: eq_integral => x _; congr (_%:E); rewrite /hellinger_at.
    rewrite -[p x in RHS]sqr_sqrtr// -[q x in RHS]sqr_sqrtr// !expr2.
    by move: (Num.sqrt (p x)) (Num.sqrt (q x)) => u v; fractions.
  by rewrite fH => e; rewrite EFinB -e addeK.
have G r : (0 < r)%R -> (r <= 1)%R -> (2 + 2 * - ln r <= k + 2 / r * (1 - h))%R.
  move=> rp r1; have l0 : (0 <= - ln r)%R.
    by have := ln_below rp => hl; apply: (by_excess (c := (r - 1 - ln r + (1 - r))%R));
      [move: (ln r) => l; algebra | rewrite addr_ge0// subr_ge0].
  have w0 : (0 <= 2 / r)%R by rewrite divr_ge0 ?ler0n// ltW.
  have l1 : (0 <= 1 + 2 * - ln r)%R by rewrite addr_ge0 ?ler01// mulr_ge0 ?ler0n.
  have mpl : measurable_fun setT (fun x => p x * (1 + 2 * - ln r))%R by apply: measurable_funM => //; exact: measurable_constant.
  have pl0 x : (0 <= p x * (1 + 2 * - ln r))%R by rewrite mulr_ge0.
  rewrite -lee_fin; have -> : (2 + 2 * - ln r)%:E = \int[mu]_x (p x * (1 + 2 * - ln r) + q x)%:E.
    rewrite (integral_real_sum mu mpl mq pl0 q0) q1; under eq_integral do rewrite mulrC.
    by rewrite (integral_real_scale mu mp p0 l1) p1 mule1 -EFinD; congr (_%:E); move: (ln r) => l; algebra.
  rewrite EFinD EFinM -I -(integral_real_scale mu mr r0 w0) /k fineK// E -integral_sum//.
  - apply: integral_le => //.
    + by apply: measurable_real; exact: measurable_funD.
    + by apply: emeasurable_funD => //; apply: measurable_real; exact: measurable_multiple.
    + by move=> x; rewrite lee_fin addr_ge0.
    + by move=> x; exact: gibbs_of_roots.
  - by apply: measurable_real; exact: measurable_multiple.
  - by move=> x; rewrite lee_fin mulr_ge0.
move: b0; rewrite le_eqVlt => /orP[/eqP z|bp].
  have e0 := expR_gt0 (- k)%R; have e1 : (expR (- k) <= 1)%R by rewrite -(@expR0 R) ler_expR -oppr_ge0 opprK.
  have ek : ln (expR (- k)%R) = (- k)%R by apply: expR_inj; rewrite lnK// posrE.
  have := G _ e0 e1; rewrite -z mulr0 addr0 ek opprK leNgt => /negP[].
  by rewrite -subr_gt0 (_ : _ - _ = k + 2)%R; [rewrite addrC add_gt0// ltr0n | algebra].
have b1 : (1 - h <= 1)%R by rewrite -subr_ge0 opprB addrCA subrr addr0.
have := G _ bp b1; rewrite mulfVK ?gt_eqF// => g.
rewrite -(lnK (_ : (1 - h)%R \is Num.pos)) ?posrE// -expRD ler_expR.
apply: (by_excess (c := (k + 2 - (2 + 2 * - ln (1 - h)))%R)); last by rewrite subr_ge0.
by move: (ln (1 - h)) => u; algebra.
Qed.
End BretagnolleHuber.
