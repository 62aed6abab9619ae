(* Densities on any measure space, with Lebesgue's integral as mathcomp-analysis has it: x in R^d, images, or points with masses.

   The integral obeys the five laws of Integral.v; each theorem is then stated here in full. *)
From Coq Require Import Reals Lra.
From GanTheory Require Import Pointwise Integral. (* first: mathcomp has an integral of its own *)
From mathcomp Require Import all_ssreflect ssralg ssrnum ssrint interval.
From mathcomp.classical Require Import boolp classical_sets functions cardinality fsbigop mathcomp_extra set_interval.
From mathcomp.analysis Require Import reals ereal signed topology normedtype sequences measure lebesgue_measure numfun lebesgue_integral Rstruct.
Import GRing.Theory Num.Theory Order.Theory.
Set Implicit Arguments.
Unset Strict Implicit.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Space.
Context d (T : measurableType d) (mu : {measure set T -> \bar real_realType}%E).
Local Open Scope R_scope.

Definition summable (f : T -> R) : Prop := integrable mu setT (EFin \o f : T -> \bar real_realType).
Definition lebesgue (f : T -> R) : R := Rintegral mu setT (f : T -> real_realType).

Lemma summable_ext f g : (forall x, f x = g x) -> summable f -> summable g.
Proof. by move=> E; have -> : f = g by apply/funext. Qed.

Lemma lebesgue_ext f g : (forall x, f x = g x) -> lebesgue f = lebesgue g.
Proof. by move=> E; have -> : f = g by apply/funext. Qed.

Lemma summable_linear f g s t : summable f -> summable g -> summable (fun x => s * f x + t * g x).
Proof.
move=> sf sg.
exact: (integrableD measurableT (integrablerM measurableT (s : real_realType) sf) (integrablerM measurableT (t : real_realType) sg)).
Qed.

Lemma lebesgue_linear f g s t : summable f -> summable g -> lebesgue (fun x => s * f x + t * g x) = s * lebesgue f + t * lebesgue g.
Proof.
move=> sf sg; rewrite /lebesgue /Rintegral.
have E := integralD measurableT (integrablerM measurableT (s : real_realType) sf) (integrablerM measurableT (t : real_realType) sg).
rewrite (integralM measurableT sf) (integralM measurableT sg) in E.
have ff := integral_fune_fin_num measurableT sf.
have fg := integral_fune_fin_num measurableT sg.
transitivity (fine (integral mu setT (fun x : T => ((s : real_realType)%:E * (f x)%:E + (t : real_realType)%:E * (g x)%:E)%E))); first by [].
by rewrite E fineD ?fin_numM// !fineM.
Qed.

Lemma lebesgue_monotone f g : summable f -> summable g -> (forall x, f x <= g x) -> lebesgue f <= lebesgue g.
Proof.
move=> sf sg le.
have P : 0 <= lebesgue (fun x => 1 * g x + -1 * f x).
  apply/RleP; rewrite /lebesgue /Rintegral; apply: fine_ge0; apply: integral_ge0 => x _.
  rewrite lee_fin; apply/RleP; move: (le x) => lex.
  by change (0 <= 1 * g x + -1 * f x); lra.
by rewrite (lebesgue_linear 1 (-1) sg sf) in P; lra.
Qed.

Definition space : functional T := {|
  Integral.integrable := summable;
  Integral.integral := lebesgue;
  Integral.integrable_ext := summable_ext;
  Integral.integral_ext := lebesgue_ext;
  Integral.integrable_linear := summable_linear;
  Integral.integral_linear := lebesgue_linear;
  Integral.integral_monotone := lebesgue_monotone |}.

Definition is_density (p : T -> R) := summable p /\ (forall x, 0 <= p x) /\ lebesgue p = 1.

(* Proposition 1 and Theorem 1. *)
Theorem lebesgue_theorem_1 (p q : T -> R) :
  is_density p -> is_density q -> summable (fun x => twice_js (p x) (q x)) ->
  (forall D, (forall x, 0 < D x < 1) -> summable (fun x => value (p x) (q x) (D x)) ->
     lebesgue (fun x => p x * ln (D x) + q x * ln (1 - D x)) <= lebesgue (fun x => best (p x) (q x))) /\
  lebesgue (fun x => value (p x) (q x) (p x / (p x + q x))) = lebesgue (fun x => best (p x) (q x)) /\
  lebesgue (fun x => best (p x) (q x)) = - ln 4 + 2 * (/ 2 * lebesgue (fun x => twice_js (p x) (q x))) /\
  0 <= / 2 * lebesgue (fun x => twice_js (p x) (q x)) <= ln 2 /\
  (summable (fun x => Rabs (p x - q x)) -> lebesgue (fun x => best (p x) (q x)) = - ln 4 -> lebesgue (fun x => Rabs (p x - q x)) <= 0).
Proof.
move=> dp dq j; split; [|split; [|split; [|split]]].
- by move=> D HD HV; exact: (@no_better T space p q dp dq j D HD HV).
- exact: (@attained T space p q dp dq).
- exact: (@criterion T space p q dp dq j).
- by split; [exact: (@jsd_nonnegative T space p q dp dq j) | exact: (@jsd_at_most_log_2 T space p q dp dq j)].
- by move=> ia E; exact: (@only_minimum T space p q dp dq j ia E).
Qed.

(* Proposition 2's convexity. *)
Theorem lebesgue_convex (p q1 q2 : T -> R) (t : R) :
  is_density p -> is_density q1 -> is_density q2 -> 0 <= t <= 1 ->
  summable (fun x => twice_js (p x) (q1 x)) -> summable (fun x => twice_js (p x) (q2 x)) ->
  summable (fun x => twice_js (p x) (t * q1 x + (1 - t) * q2 x)) ->
  lebesgue (fun x => best (p x) (t * q1 x + (1 - t) * q2 x)) <=
  t * lebesgue (fun x => best (p x) (q1 x)) + (1 - t) * lebesgue (fun x => best (p x) (q2 x)).
Proof. by move=> dp d1 d2 H j1 j2 j; exact: (@convex T space p q1 q2 t dp d1 d2 H j1 j2 j). Qed.

(* (p_data, 1/2) is a Nash equilibrium, of value -log 4. *)
Theorem lebesgue_equilibrium (p : T -> R) : is_density p ->
  lebesgue (fun x => value (p x) (p x) (1 / 2)) = - ln 4 /\
  (forall D, (forall x, 0 < D x < 1) -> summable (fun x => value (p x) (p x) (D x)) ->
     lebesgue (fun x => value (p x) (p x) (D x)) <= lebesgue (fun x => value (p x) (p x) (1 / 2))) /\
  (forall q, is_density q -> lebesgue (fun x => value (p x) (p x) (1 / 2)) <= lebesgue (fun x => value (p x) (q x) (1 / 2))).
Proof.
move=> dp; have [A B] := @equilibrium T space p dp; split; first exact: (@one_half T space p p dp dp).
by split; [move=> D HD HV; exact: (A D HD HV) | move=> q dq; exact: (B q dq)].
Qed.

(* And p_g = p_data in every one. *)
Theorem lebesgue_equilibrium_is_p_data (p q D : T -> R) :
  is_density p -> is_density q -> (forall x, 0 < D x < 1) ->
  summable (fun x => twice_js (p x) (q x)) -> summable (fun x => value (p x) (p x) (D x)) -> summable (fun x => Rabs (p x - q x)) ->
  lebesgue (fun x => best (p x) (q x)) <= lebesgue (fun x => value (p x) (q x) (D x)) ->
  (forall q', is_density q' -> summable (fun x => value (p x) (q' x) (D x)) ->
     lebesgue (fun x => value (p x) (q x) (D x)) <= lebesgue (fun x => value (p x) (q' x) (D x))) ->
  lebesgue (fun x => Rabs (p x - q x)) <= 0.
Proof. by move=> dp dq HD j hv ia HDbest HG; exact: (@equilibrium_is_p_data T space p q D dp dq HD j hv ia HDbest HG). Qed.
End Space.
