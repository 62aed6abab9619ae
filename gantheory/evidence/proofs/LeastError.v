(* What the least error of a classifier says of JSD: Fano's inequality. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Algebra TotalVariation.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section LeastError.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q D : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation C := (C mu).
Notation JSD := (JSD mu).
Notation TV := (TV mu).

(* D as sure as the best classifier is right. *)
Definition entropy (e : R) : \bar R := cost e e + cost (1 - e) (1 - e).

Theorem JSD_and_least_error p q : density p -> density q -> (ln 2)%:E - entropy ((1 - fine (TV p q)) / 2) <= JSD p q.
Proof.
move=> dp dq; have [mp p0 _] := dp; have [mq q0 _] := dq.
set t := fine (TV p q); set e := ((1 - t) / 2)%R; have /andP[] := TV_unit dp dq; rewrite (TV_fine dp dq) !lee_fin -/t => t0 t1.
have e0 : (0 <= e)%R by rewrite mulr_ge0// subr_ge0.
have e1 : (0 <= 1 - e)%R by apply: (by_excess (c := ((1 + t) * 2^-1)%R)); [by rewrite /e; fractions | by rewrite divr_ge0 ?addr_ge0 ?ler0n].
pose D x := (if q x < p x then 1 - e else e)%R.
have dD : discriminator D.
  split.
    apply: measurable_fun_ifT; try exact: measurable_constant.
    have -> : (fun x => q x < p x)%R = (fun x => 0 < (p \- q) x)%R by apply/funext => x /=; rewrite subr_gt0.
    by apply: (measurable_compose (@measurable_positive R)); exact: measurable_funB.
  move=> x; rewrite /D; case: ifP => _; rewrite ?e0 ?e1/=.
    by rewrite -subr_ge0 opprB addrCA subrr addr0.
  by rewrite -subr_ge0.
have l0 : 0 <= - log e by rewrite oppe_ge0 log_le0// -subr_ge0.
have l1 : 0 <= - log (1 - e) by rewrite oppe_ge0 log_le0// -subr_ge0 opprB addrCA subrr addr0.
have E : V mu p q D = - (2%:E * entropy e).
  rewrite (V_is_loss dp dq dD); congr (- _).
  transitivity (\int[mu]_x ((larger (p x) (q x))%:E * - log (1 - e) + (smaller (p x) (q x))%:E * - log e)).
    apply: eq_integral => x _; rewrite /loss /D /cost.
    have [[h [-> ->]]|[h [-> ->]]] := larger_smaller (p x) (q x); first by rewrite h (_ : 1 - (1 - e) = e)%R//; algebra.
    by rewrite ltNge h/= addeC.
  have scaled (f : T -> R) (y : \bar R) : measurable_fun setT f -> (forall x, 0 <= f x)%R -> 0 <= y ->
      \int[mu]_x ((f x)%:E * y) = (\int[mu]_x (f x)%:E) * y.
    move=> mf f0 y0; under eq_integral do rewrite muleC.
    by rewrite muleC ge0_integralM//; [exact: measurable_real | move=> x _; rewrite lee_fin].
  have ml := measurable_larger dp dq; have ms := measurable_smaller dp dq.
  have lg x : (0 <= larger (p x) (q x))%R by exact: larger_ge0.
  have sm x : (0 <= smaller (p x) (q x))%R by exact: smaller_ge0.
  rewrite integral_sum.
  - rewrite !scaled// (mass_of_larger dp dq) (mass_of_smaller' dp dq).
    rewrite (TV_fine dp dq) -/t.
    have -> : 1 + t%:E = 2%:E * (1 - e)%:E by rewrite -EFinD -EFinM; congr (_%:E); rewrite /e; fractions.
    have -> : 1 - t%:E = 2%:E * e%:E by rewrite -EFinD -EFinM; congr (_%:E); rewrite /e; fractions.
    by rewrite -!muleA -ge0_muleDr ?mule_ge0// addeC.
  - by apply: emeasurable_funM; [apply: measurable_real; exact: ml | exact: measurable_constant].
  - by apply: emeasurable_funM; [apply: measurable_real; exact: ms | exact: measurable_constant].
  - by move=> x; rewrite mule_ge0// lee_fin.
  - by move=> x; rewrite mule_ge0// lee_fin.
have := V_at_most_C dp dq dD; rewrite E (C_is_JSD dp dq) -(fineK (JSD_fin_num dp dq)) -EFinM -EFinD.
have : 0 <= entropy e by rewrite adde_ge0// /cost mule_ge0.
case: (entropy e) => [h _|_ _|//]; last by rewrite leNye.
rewrite -EFinM -!EFinN -EFinD !lee_fin ln4; move: (ln 2) (fine (JSD p q)) => l j h'.
apply: (by_excess (c := (2^-1 * (- (l + l) + 2 * j - - (2 * h)))%R)); first by fractions.
by rewrite mulr_ge0 ?invr_ge0 ?ler0n// subr_ge0.
Qed.
End LeastError.
