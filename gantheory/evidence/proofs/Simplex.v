(* n outcomes, each with a probability: the theory of section 4 without any integral. *)
From Coq Require Import Reals Lra Psatz Lia.
From GanTheory Require Import Pointwise Integral.
Open Scope R_scope.

Fixpoint sum (n : nat) (f : nat -> R) : R := match n with O => 0 | S k => sum k f + f k end.

Lemma sum_linear n f g s t : sum n (fun i => s * f i + t * g i) = s * sum n f + t * sum n g.
Proof. induction n; simpl; [ring | rewrite IHn; ring]. Qed.
Lemma sum_monotone n f g : (forall i, f i <= g i) -> sum n f <= sum n g.
Proof. intro H. induction n; simpl; [lra | specialize (H n); lra]. Qed.
Lemma sum_ext n f g : (forall i, f i = g i) -> sum n f = sum n g.
Proof. intro H. induction n; simpl; [reflexivity | rewrite IHn, H; reflexivity]. Qed.

Lemma sum_of_nonnegatives n f : (forall i, 0 <= f i) -> sum n f <= 0 -> forall i, (i < n)%nat -> f i = 0.
Proof.
  intro H. assert (P : forall k, 0 <= sum k f) by (induction k; simpl; [lra | specialize (H k); lra]).
  induction n; intros Z i I; [lia |]. simpl in Z. pose proof (P n). pose proof (H n).
  destruct (Nat.eq_dec i n) as [-> | N]; [lra |]. apply IHn; [lra | lia].
Qed.

Definition sums (n : nat) : functional nat := {|
  integrable := fun _ => True;
  integral := sum n;
  integrable_ext := fun _ _ _ _ => Logic.I;
  integral_ext := sum_ext n;
  integrable_linear := fun _ _ _ _ _ _ => Logic.I;
  integral_linear := fun f g s t _ _ => sum_linear n f g s t;
  integral_monotone := fun f g _ _ => sum_monotone n f g |}.

Section Outcomes.
Variable n : nat.
Definition probabilities (p : nat -> R) := (forall i, 0 <= p i) /\ sum n p = 1.

Lemma density_of p : probabilities p -> density nat (sums n) p.
Proof. intros [A B]. repeat split; auto. Qed.

Theorem finite_no_better p q D : probabilities p -> probabilities q -> (forall i, 0 < D i < 1) ->
  sum n (fun i => p i * ln (D i) + q i * ln (1 - D i)) <= sum n (fun i => best (p i) (q i)).
Proof. intros P Q HD. exact (no_better nat (sums n) p q (density_of p P) (density_of q Q) Logic.I D HD Logic.I). Qed.

Theorem finite_criterion p q : probabilities p -> probabilities q ->
  sum n (fun i => best (p i) (q i)) = - ln 4 + 2 * (/ 2 * sum n (fun i => twice_js (p i) (q i))).
Proof. intros P Q. exact (criterion nat (sums n) p q (density_of p P) (density_of q Q) Logic.I). Qed.

Theorem finite_minimum p q : probabilities p -> probabilities q -> - ln 4 <= sum n (fun i => best (p i) (q i)).
Proof. intros P Q. exact (minimum nat (sums n) p q (density_of p P) (density_of q Q) Logic.I). Qed.

(* Here "almost everywhere" is everywhere. *)
Theorem finite_only_minimum p q : probabilities p -> probabilities q ->
  (sum n (fun i => best (p i) (q i)) = - ln 4 <-> forall i, (i < n)%nat -> p i = q i).
Proof.
  intros P Q. split.
  - intros E i I. pose proof (only_minimum nat (sums n) p q (density_of p P) (density_of q Q) Logic.I Logic.I E) as L.
    pose proof (sum_of_nonnegatives n (fun j => Rabs (p j - q j)) (fun j => Rabs_pos _) L i I) as A. simpl in A.
    destruct (Req_dec (p i - q i) 0) as [D | D]; [lra | apply Rabs_no_R0 in D; contradiction].
  - intro E. rewrite (finite_criterion p q P Q). assert (Z : sum n (fun i => twice_js (p i) (q i)) = 0); [| lra].
    assert (K : forall m, (m <= n)%nat -> sum m (fun i => twice_js (p i) (q i)) = 0); [| apply K; lia].
    induction m; intro M; simpl; [reflexivity |]. rewrite IHm, (E m), js_of_equals by lia. ring.
Qed.

Theorem finite_convex p q1 q2 t : probabilities p -> probabilities q1 -> probabilities q2 -> 0 <= t <= 1 ->
  sum n (fun i => best (p i) (t * q1 i + (1 - t) * q2 i)) <=
  t * sum n (fun i => best (p i) (q1 i)) + (1 - t) * sum n (fun i => best (p i) (q2 i)).
Proof.
  intros P Q1 Q2 T.
  exact (convex nat (sums n) p q1 q2 t (density_of p P) (density_of q1 Q1) (density_of q2 Q2) T Logic.I Logic.I Logic.I).
Qed.

Theorem finite_equilibrium p : probabilities p ->
  (forall D, (forall i, 0 < D i < 1) -> sum n (fun i => value (p i) (p i) (D i)) <= sum n (fun i => value (p i) (p i) (1 / 2))) /\
  (forall q, probabilities q -> sum n (fun i => value (p i) (p i) (1 / 2)) <= sum n (fun i => value (p i) (q i) (1 / 2))).
Proof.
  intro P. destruct (equilibrium nat (sums n) p (density_of p P)) as [A B]. split.
  - intros D HD. exact (A D HD Logic.I).
  - intros q Q. exact (B q (density_of q Q)).
Qed.
End Outcomes.
