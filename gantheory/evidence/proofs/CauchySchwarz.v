(* Total variation and the Hellinger distance: Cauchy and Schwarz' inequality for sqrt p - sqrt q and sqrt p + sqrt q. *)
From GanTheory Require Import Library Log Space Game Divergence Algebra Integrand TotalVariation Comparisons.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b c m u v : R.
Add Field reals : (field_of_reals R).

(* What is below c u + v/c for every c > 0 is below twice the root of u v. *)
Lemma below_root m u v : 0 <= u -> 0 <= v -> (forall c, 0 < c -> m + m <= c * u + c^-1 * v) -> m <= Num.sqrt (u * v).
Proof.
move=> u0 v0 h; have uv0 : 0 <= u * v by rewrite mulr_ge0.
have [m0|m0] := leP m 0; first by rewrite (le_trans m0) ?sqrtr_ge0.
have mm : m <> 0 by apply/eqP; exact: lt0r_neq0.
move: u0; rewrite le_eqVlt => /orP[/eqP z|u0].
  have c0 : 0 < (v + 1) / m by rewrite divr_gt0// addrC add_gt0// ltr01.
  have n0 : 0 < v + 1 by rewrite addrC add_gt0// ltr01.
  have n1 : v + 1 <> 0 by apply/eqP; exact: lt0r_neq0.
  have := h _ c0; rewrite -z mulr0 add0r leNgt => /negP[].
  by rewrite -subr_gt0 (_ : _ - _ = m * (v + 1 + 1) / (v + 1)); [rewrite divr_gt0// mulr_gt0// addr_gt0// ltr01 | fractions].
have un : u <> 0 by apply/eqP; exact: lt0r_neq0.
have c0 : 0 < m / u by rewrite divr_gt0.
have mm_uv : m * m <= u * v.
  apply: (by_excess (c := m * (m / u * u + (m / u)^-1 * v - (m + m)))); first by fractions.
  by rewrite mulr_ge0 ?subr_ge0 ?h// ltW.
rewrite -[m](ger0_norm (ltW m0)) -sqrtr_sqr expr2.
move: uv0; rewrite le_eqVlt => /orP[/eqP z|uv0]; last exact: ler_wsqrtr.
by move: mm_uv; rewrite -z leNgt mulr_gt0.
Qed.
End AtAPoint.

Section CauchySchwarz.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q : T -> R.
Add Field reals : (field_of_reals R).
Notation density := (density mu).
Notation TV := (TV mu).
Notation H2 := (H2 mu).

Section Pair.
Variables p q : T -> R.
Hypotheses (dp : density p) (dq : density q).
Let mp : measurable_fun setT p. Proof. by case: dp. Qed.
Let mq : measurable_fun setT q. Proof. by case: dq. Qed.
Let p0 : forall x, (0 <= p x)%R. Proof. by case: dp. Qed.
Let q0 : forall x, (0 <= q x)%R. Proof. by case: dq. Qed.
Let r x := Num.sqrt (p x).
Let s x := Num.sqrt (q x).
Let rr x : (r x * r x = p x)%R. Proof. by rewrite -expr2 sqr_sqrtr. Qed.
Let ss x : (s x * s x = q x)%R. Proof. by rewrite -expr2 sqr_sqrtr. Qed.
Let r0 x : (0 <= r x)%R. Proof. exact: sqrtr_ge0. Qed.
Let s0 x : (0 <= s x)%R. Proof. exact: sqrtr_ge0. Qed.
Let minus x : R := (2^-1 * ((r x - s x) * (r x - s x)))%R.
Let plus x : R := (2^-1 * ((r x + s x) * (r x + s x)))%R.
Let mminus : measurable_fun setT minus. Proof. exact: (measurable_hellinger_at dp dq). Qed.
Let mplus : measurable_fun setT plus.
Proof.
have ms : measurable_fun setT (fun x => r x + s x)%R by apply: measurable_funD; [exact: (measurable_root dp) | exact: (measurable_root dq)].
by apply: measurable_multiple; exact: measurable_funM.
Qed.
Let minus0 x : (0 <= minus x)%R. Proof. by rewrite mulr_ge0 ?half0// -expr2 sqr_ge0. Qed.
Let plus0 x : (0 <= plus x)%R. Proof. by rewrite mulr_ge0 ?half0// -expr2 sqr_ge0. Qed.

Lemma H2_minus : H2 p q = \int[mu]_x (minus x)%:E. Proof. exact: (H2_integral dp dq). Qed.

Lemma roots_together : H2 p q + \int[mu]_x (plus x)%:E = 2%:E.
Proof.
rewrite H2_minus -integral_real_sum//.
have -> : 2%:E = \int[mu]_x (p x)%:E + \int[mu]_x (q x)%:E by have [_ _ ->] := dp; have [_ _ ->] := dq.
rewrite -integral_real_sum//; apply: eq_integral => x _; congr (_%:E).
by rewrite /minus /plus -(rr x) -(ss x); move: (r x) (s x) => a b; fractions.
Qed.

Let distance x : (`|p x - q x| = `|r x - s x| * (r x + s x))%R.
Proof.
rewrite -[X in (_ * X)%R]ger0_norm ?addr_ge0// -normrM; congr (`| _ |)%R.
by rewrite -(rr x) -(ss x); move: (r x) (s x) => a b; algebra.
Qed.

Theorem H2_at_most_TV : H2 p q <= TV p q.
Proof.
have md := measurable_distance dp dq; rewrite H2_minus (TV_integral dp dq); apply: integral_le.
- exact: measurable_real.
- by apply: measurable_real; exact: measurable_multiple.
- by move=> x; rewrite lee_fin.
move=> x; rewrite lee_fin; apply: le_mull; first exact: half0.
have -> : ((r x - s x) * (r x - s x) = `|r x - s x| * `|r x - s x|)%R by rewrite -normrM ger0_norm// -expr2 sqr_ge0.
rewrite distance; apply: le_mull => //; have [h|h] := leP (s x) (r x).
- by rewrite ger0_norm ?subr_ge0//; apply: (by_excess (c := (s x + s x)%R)); [algebra | rewrite addr_ge0].
- by rewrite ltr0_norm ?subr_lt0//; apply: (by_excess (c := (r x + r x)%R)); [algebra | rewrite addr_ge0].
Qed.

Let h := fine (H2 p q).
Let H2_fine : H2 p q = h%:E.
Proof.
have /andP[t0 t1] := TV_unit dp dq; rewrite /h fineK//; apply: (@fin_between _ _ 1).
  by rewrite H2_minus integral_ge0// => x _; rewrite lee_fin.
exact: le_trans H2_at_most_TV t1.
Qed.

Let h0 : (0 <= h)%R. Proof. by rewrite -lee_fin -H2_fine H2_minus integral_ge0// => x _; rewrite lee_fin. Qed.

Theorem TV_below_root : TV p q <= (Num.sqrt (fine (H2 p q) * (2 - fine (H2 p q))))%:E.
Proof.
have md := measurable_distance dp dq; rewrite -/h (TV_fine dp dq) lee_fin.
have Ip : \int[mu]_x (plus x)%:E = (2 - h)%:E.
  have := roots_together; rewrite H2_fine => E; have := congr1 (fun z => z - h%:E) E.
  by rewrite addeC addeA [- _ + _]addeC subee// add0e.
have k0 : (0 <= 2 - h)%R by rewrite -lee_fin -Ip integral_ge0// => x _; rewrite lee_fin.
apply: below_root => // c c0; have ci : (0 < c^-1)%R by rewrite invr_gt0.
have E : (fine (TV p q) + fine (TV p q))%:E = \int[mu]_x (`|p x - q x|)%:E.
  rewrite EFinD -(TV_fine dp dq) (TV_integral dp dq) -integral_real_sum.
  - by apply: eq_integral => x _; congr (_%:E); fractions.
  - exact: measurable_multiple.
  - exact: measurable_multiple.
  - by move=> x; rewrite mulr_ge0 ?half0.
  - by move=> x; rewrite mulr_ge0 ?half0.
have Ec : (c * h + c^-1 * (2 - h))%:E = \int[mu]_x (c * minus x + c^-1 * plus x)%:E.
  rewrite integral_real_sum.
  - rewrite (integral_real_scale mu mminus minus0 (ltW c0)) (integral_real_scale mu mplus plus0 (ltW ci)).
    by rewrite -H2_minus H2_fine Ip.
  - exact: measurable_multiple.
  - exact: measurable_multiple.
  - by move=> x; rewrite mulr_ge0// ltW.
  - by move=> x; rewrite mulr_ge0// ltW.
rewrite -lee_fin E Ec; apply: integral_le.
- exact: measurable_real.
- by apply: measurable_real; apply: measurable_funD; exact: measurable_multiple.
- by move=> x; rewrite lee_fin.
move=> x; rewrite lee_fin distance /minus /plus.
have -> : ((r x - s x) * (r x - s x) = `|r x - s x| * `|r x - s x|)%R by rewrite -normrM ger0_norm// -expr2 sqr_ge0.
move: (`|r x - s x|)%R (r x + s x)%R => a b; have cn : c <> 0%R by apply/eqP; exact: lt0r_neq0.
apply: (by_excess (c := (2^-1 * (c^-1 * ((c * a - b) * (c * a - b))))%R)); first by fractions.
rewrite mulr_ge0 ?half0// mulr_ge0 ?(ltW ci)//; move: (c * a - b)%R => y; by rewrite -expr2 sqr_ge0.
Qed.
End Pair.
End CauchySchwarz.
