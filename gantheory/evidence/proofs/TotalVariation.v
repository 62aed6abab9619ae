(* Total variation is what the best classifier sees of the difference between p and q, and bounds JSD from below: Fano's inequality. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Algebra.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b e y : R.
Add Field reals : (field_of_reals R).

Definition larger a b : R := (a + b + `|a - b|) / 2.
Definition smaller a b : R := (a + b - `|a - b|) / 2.

Lemma larger_smaller a b : (b < a /\ larger a b = a /\ smaller a b = b) \/ (a <= b /\ larger a b = b /\ smaller a b = a).
Proof.
rewrite /larger /smaller; have [h|h] := leP a b; [right | left].
- by rewrite ler0_norm ?subr_le0//; do 2?split=> //; fractions.
- by rewrite gtr0_norm ?subr_gt0//; do 2?split=> //; fractions.
Qed.

Lemma smaller_ge0 a b : 0 <= a -> 0 <= b -> 0 <= smaller a b.
Proof. by move=> a0 b0; have [[_ [_ ->]]|[_ [_ ->]]] := larger_smaller a b. Qed.

Lemma larger_ge0 a b : 0 <= a -> 0 <= b -> 0 <= larger a b.
Proof. by move=> a0 b0; have [[_ [-> _]]|[_ [-> _]]] := larger_smaller a b. Qed.

(* Whatever is answered with the probability y, at least the smaller of the two masses is mistaken. *)
Lemma error_at_least a b y : 0 <= y <= 1 -> smaller a b <= a * (1 - y) + b * y.
Proof.
move=> /andP[y0 y1]; have y1' : 0 <= 1 - y by rewrite subr_ge0.
have [[h [_ ->]]|[h [_ ->]]] := larger_smaller a b.
- by apply: (by_excess (c := (a - b) * (1 - y))); [algebra | rewrite mulr_ge0// subr_ge0 ltW].
- by apply: (by_excess (c := (b - a) * y)); [algebra | rewrite mulr_ge0// subr_ge0].
Qed.
End AtAPoint.

Section TotalVariation.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q D f g : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation C := (C mu).
Notation JSD := (JSD mu).

Definition TV p q := (2^-1)%:E * \int[mu]_x (`|p x - q x|)%:E.

(* Integrals of what is real and nowhere negative. *)
Lemma integral_real_sum f g : measurable_fun setT f -> measurable_fun setT g -> (forall x, 0 <= f x)%R -> (forall x, 0 <= g x)%R ->
  \int[mu]_x (f x + g x)%:E = \int[mu]_x (f x)%:E + \int[mu]_x (g x)%:E.
Proof.
by move=> mf mg f0 g0; under eq_integral do rewrite EFinD; rewrite integral_sum//; exact: measurable_real.
Qed.

Lemma integral_real_scale (k : R) f : measurable_fun setT f -> (forall x, 0 <= f x)%R -> (0 <= k)%R ->
  \int[mu]_x (k * f x)%:E = k%:E * \int[mu]_x (f x)%:E.
Proof.
by move=> mf f0 k0; under eq_integral do rewrite EFinM; rewrite integral_scale//; exact: measurable_real.
Qed.

Section Pair.
Variables p q : T -> R.
Hypotheses (dp : density p) (dq : density q).
Let mp : measurable_fun setT p. Proof. by case: dp. Qed.
Let mq : measurable_fun setT q. Proof. by case: dq. Qed.
Let p0 : forall x, (0 <= p x)%R. Proof. by case: dp. Qed.
Let q0 : forall x, (0 <= q x)%R. Proof. by case: dq. Qed.
Let p1 : \int[mu]_x (p x)%:E = 1. Proof. by case: dp. Qed.
Let q1 : \int[mu]_x (q x)%:E = 1. Proof. by case: dq. Qed.

Lemma measurable_distance : measurable_fun setT (fun x => `|p x - q x|)%R.
Proof.
have mn : measurable_fun setT (Num.norm : R -> R).
  by apply: continuous_measurable_fun; exact: norm_continuous.
by apply: (measurable_compose mn); exact: measurable_funB.
Qed.

Lemma measurable_smaller : measurable_fun setT (fun x => smaller (p x) (q x)).
Proof.
have -> : (fun x => smaller (p x) (q x)) = (fun x => 2^-1 * (p x + q x - `|p x - q x|))%R by apply/funext => x; rewrite /smaller mulrC.
by apply: measurable_multiple; apply: measurable_funB; [exact: measurable_funD | exact: measurable_distance].
Qed.

Lemma measurable_larger : measurable_fun setT (fun x => larger (p x) (q x)).
Proof.
have -> : (fun x => larger (p x) (q x)) = (fun x => 2^-1 * (p x + q x + `|p x - q x|))%R by apply/funext => x; rewrite /larger mulrC.
by apply: measurable_multiple; apply: measurable_funD; [exact: measurable_funD | exact: measurable_distance].
Qed.

Let half0 : (0 <= 2^-1 :> R)%R. Proof. by rewrite invr_ge0 ler0n. Qed.
Let ms0 x : (0 <= smaller (p x) (q x))%R. Proof. exact: smaller_ge0. Qed.
Let ml0 x : (0 <= larger (p x) (q x))%R. Proof. exact: larger_ge0. Qed.

Lemma TV_integral : TV p q = \int[mu]_x (2^-1 * `|p x - q x|)%:E.
Proof. by rewrite integral_real_scale//; exact: measurable_distance. Qed.

Let half_mass f : density f -> \int[mu]_x (2^-1 * f x)%:E = (2^-1)%:E.
Proof. by move=> [mf f0 f1]; rewrite integral_real_scale// f1 mule1. Qed.

Let mh f : measurable_fun setT f -> measurable_fun setT (fun x => 2^-1 * f x)%R.
Proof. exact: measurable_multiple. Qed.

Lemma halves : (2^-1)%:E + (2^-1)%:E = 1 :> \bar R.
Proof. by rewrite -EFinD; congr (_%:E); fractions. Qed.

Lemma mass_of_smaller : \int[mu]_x (smaller (p x) (q x))%:E + TV p q = 1.
Proof.
rewrite TV_integral -integral_real_sum; try exact: measurable_smaller; try exact: ms0;
  try (by apply: mh; exact: measurable_distance); try by move=> x; rewrite mulr_ge0.
rewrite -halves -{1}(half_mass dp) -(half_mass dq) -integral_real_sum//; try exact: mh; try by move=> x; rewrite mulr_ge0.
by apply: eq_integral => x _; congr (_%:E); rewrite /smaller; fractions.
Qed.

Lemma mass_of_larger : \int[mu]_x (larger (p x) (q x))%:E = 1 + TV p q.
Proof.
rewrite -halves -{1}(half_mass dp) -(half_mass dq) -integral_real_sum//; try exact: mh; try by move=> x; rewrite mulr_ge0.
rewrite TV_integral -integral_real_sum.
- by apply: eq_integral => x _; congr (_%:E); rewrite /larger; fractions.
- by apply: measurable_funD; exact: mh.
- by apply: mh; exact: measurable_distance.
- by move=> x; rewrite addr_ge0// mulr_ge0.
- by move=> x; rewrite mulr_ge0.
Qed.

Lemma TV_unit : 0 <= TV p q <= 1.
Proof.
rewrite {1}TV_integral integral_ge0 => [|x _]; last by rewrite lee_fin mulr_ge0.
by rewrite -mass_of_smaller lee_addr// integral_ge0// => x _; rewrite lee_fin.
Qed.

Lemma TV_fine : TV p q = (fine (TV p q))%:E.
Proof. by have /andP[a b] := TV_unit; rewrite fineK//; exact: fin_between b. Qed.

(* The error of a classifier that takes x, with probability D x, for data. *)
Definition error D := (2^-1)%:E * (\int[mu]_x (p x * (1 - D x))%:E + \int[mu]_x (q x * D x)%:E).

Lemma error_integral D : discriminator D -> error D = (2^-1)%:E * \int[mu]_x (p x * (1 - D x) + q x * D x)%:E.
Proof.
move=> [mD D01]; rewrite /error integral_real_sum//.
- by apply: measurable_funM => //; exact: measurable_one_minus.
- exact: measurable_funM.
- by move=> x; have /andP[_ D1] := D01 x; rewrite mulr_ge0// subr_ge0.
- by move=> x; have /andP[D0 _] := D01 x; rewrite mulr_ge0.
Qed.

Lemma mass_of_smaller' : \int[mu]_x (smaller (p x) (q x))%:E = 1 - TV p q.
Proof. by rewrite -mass_of_smaller TV_fine addeK. Qed.

Lemma half_of_smaller : (2^-1)%:E * \int[mu]_x (smaller (p x) (q x))%:E = (2^-1)%:E * (1 - TV p q).
Proof. by congr (_ * _); rewrite -mass_of_smaller TV_fine addeK. Qed.

(* The classifier that says data where p > q. *)
Definition best (x : T) : R := if (q x < p x)%R then 1%R else 0%R.

Lemma best_discriminates : discriminator best.
Proof.
split; last by move=> x; rewrite /best; case: ifP; rewrite ?ler01 ?lexx.
apply: measurable_fun_ifT; try exact: measurable_constant.
have -> : (fun x => q x < p x)%R = (fun x => 0 < (p \- q) x)%R by apply/funext => x /=; rewrite subr_gt0.
by apply: (measurable_compose (@measurable_positive R)); exact: measurable_funB.
Qed.

Theorem least_error : (forall D, discriminator D -> (2^-1)%:E * (1 - TV p q) <= error D) /\
  error best = (2^-1)%:E * (1 - TV p q).
Proof.
rewrite -half_of_smaller; split=> [D dD|].
- rewrite (error_integral dD); have [mD D01] := dD; apply: lee_wpmul2l; first by rewrite lee_fin.
  apply: integral_le.
  + by apply: measurable_real; exact: measurable_smaller.
  + apply: measurable_real; apply: measurable_funD; apply: measurable_funM => //; exact: measurable_one_minus.
  + by move=> x; rewrite lee_fin.
  + by move=> x; rewrite lee_fin; exact: error_at_least.
- rewrite (error_integral best_discriminates); congr (_ * _); apply: eq_integral => x _; congr (_%:E).
  rewrite /best; have [[h [_ ->]]|[h [_ ->]]] := larger_smaller (p x) (q x).
  + by rewrite h; algebra.
  + by rewrite ltNge h /=; algebra.
Qed.

End Pair.
End TotalVariation.

(* What the least error of a classifier says of JSD: Fano's inequality. *)
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
