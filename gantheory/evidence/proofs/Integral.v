(* The article's section 4 for any positive linear functional: sums, and the integrals of Riemann and Lebesgue, are such.

   Nothing is assumed of the functional but the five laws below: no measure, no limit, no normalisation. *)
From Coq Require Import Reals Lra Psatz.
From GanTheory Require Import Pointwise.
Open Scope R_scope.

Record functional (X : Type) := {
  integrable : (X -> R) -> Prop;
  integral : (X -> R) -> R;
  integrable_ext : forall f g, (forall x, f x = g x) -> integrable f -> integrable g;
  integral_ext : forall f g, (forall x, f x = g x) -> integral f = integral g;
  integrable_linear : forall f g s t, integrable f -> integrable g -> integrable (fun x => s * f x + t * g x);
  integral_linear : forall f g s t, integrable f -> integrable g -> integral (fun x => s * f x + t * g x) = s * integral f + t * integral g;
  integral_monotone : forall f g, integrable f -> integrable g -> (forall x, f x <= g x) -> integral f <= integral g }.
Arguments integrable {X}. Arguments integral {X}.

Section Game.
Variables (X : Type) (J : functional X).

Definition density (p : X -> R) := integrable J p /\ (forall x, 0 <= p x) /\ integral J p = 1.
Definition discriminator (D : X -> R) := forall x, 0 < D x < 1.
Definition V p q D := integral J (fun x => value (p x) (q x) (D x)).
Definition C p q := integral J (fun x => best (p x) (q x)).
Definition JSD p q := / 2 * integral J (fun x => twice_js (p x) (q x)).
Definition has_jsd p q := integrable J (fun x => twice_js (p x) (q x)).
Definition has_value p q D := integrable J (fun x => value (p x) (q x) (D x)).
Definition distance p q := integral J (fun x => Rabs (p x - q x)).

(* Where both densities are 0 every integrand is 0, whatever D says there. *)
Lemma nothing_or_something a b : 0 <= a -> 0 <= b -> (a = 0 /\ b = 0) \/ 0 < a + b.
Proof. intros. destruct (Req_dec (a + b) 0); [left | right]; lra. Qed.
Ltac by_cases p q x P Q := destruct (nothing_or_something (p x) (q x) (P x) (Q x)) as [[Z1 Z2] | S]; [rewrite Z1, Z2; unfold value, best, twice_js; lra |].

Section Pair.
Variables p q : X -> R.
Hypothesis (dp : density p) (dq : density q).
Let P : forall x, 0 <= p x := proj1 (proj2 dp).
Let Q : forall x, 0 <= q x := proj1 (proj2 dq).

Lemma integrable_sum s t : integrable J (fun x => s * p x + t * q x).
Proof. apply integrable_linear; [apply dp | apply dq]. Qed.

Lemma integral_sum s t : integral J (fun x => s * p x + t * q x) = s + t.
Proof. rewrite integral_linear; [| apply dp | apply dq]. rewrite (proj2 (proj2 dp)), (proj2 (proj2 dq)). ring. Qed.

Lemma best_by_js x : 1 * twice_js (p x) (q x) + - ln 2 * (1 * p x + 1 * q x) = best (p x) (q x).
Proof. by_cases p q x P Q. rewrite add_and_subtract_log_2 by auto. ring. Qed.

Lemma integrable_best : has_jsd p q -> integrable J (fun x => best (p x) (q x)).
Proof. intro H. apply (integrable_ext _ _ _ _ best_by_js). apply integrable_linear; [exact H | apply integrable_sum]. Qed.

(* V(G, 1/2) = -log 4, whatever G. *)
Theorem one_half : V p q (fun _ => 1 / 2) = - ln 4.
Proof.
  unfold V. rewrite (integral_ext _ J _ (fun x => - ln 2 * p x + - ln 2 * q x)) by (intro x; rewrite value_at_one_half; ring).
  rewrite integral_sum. replace 4 with (2 * 2) by ring. rewrite ln_mult by lra. ring.
Qed.

Hypothesis jsd : has_jsd p q.

(* Proposition 1: no D does better than D*, which attains C. *)
Theorem no_better D : discriminator D -> has_value p q D -> V p q D <= C p q.
Proof.
  intros HD HV. apply integral_monotone; auto using integrable_best.
  intro x. by_cases p q x P Q. apply optimal_maximises; auto.
Qed.

Theorem attained : V p q (fun x => optimal (p x) (q x)) = C p q.
Proof. apply integral_ext. intro x. by_cases p q x P Q. apply optimal_attains; auto. Qed.

(* Theorem 1: C = -log 4 + 2 JSD. *)
Theorem criterion : C p q = - ln 4 + 2 * JSD p q.
Proof.
  unfold C, JSD. rewrite <- (integral_ext _ J _ _ best_by_js), integral_linear by (exact jsd || apply integrable_sum).
  rewrite integral_sum. replace 4 with (2 * 2) by ring. rewrite ln_mult by lra. field.
Qed.

Theorem jsd_nonnegative : 0 <= JSD p q.
Proof.
  unfold JSD. assert (0 <= integral J (fun x => twice_js (p x) (q x))); [| lra].
  replace 0 with (integral J (fun x => 0 * p x + 0 * q x)) by (rewrite integral_sum; ring).
  apply integral_monotone; auto using integrable_sum. intro x. by_cases p q x P Q.
  pose proof (js_nonnegative _ _ (P x) (Q x) S). lra.
Qed.

Theorem jsd_at_most_log_2 : JSD p q <= ln 2.
Proof.
  unfold JSD. assert (B : integral J (fun x => twice_js (p x) (q x)) <= integral J (fun x => ln 2 * p x + ln 2 * q x)).
  { apply integral_monotone; auto using integrable_sum. intro x. by_cases p q x P Q. pose proof (js_at_most_log_2 _ _ (P x) (Q x) S). lra. }
  rewrite integral_sum in B. lra.
Qed.

Theorem minimum : - ln 4 <= C p q.
Proof. rewrite criterion. pose proof jsd_nonnegative. lra. Qed.

(* JSD = 0 only at p = q, in the mean: |p - q| <= l 2js + (p + q)/l for every l, so that its integral is at most 2/l. *)
Theorem jsd_separates : integrable J (fun x => Rabs (p x - q x)) -> JSD p q = 0 -> distance p q <= 0.
Proof.
  intros HI Z. assert (B : forall l, 0 < l -> distance p q <= 2 / l).
  { intros l L. replace (2 / l) with (l * integral J (fun x => twice_js (p x) (q x)) + / l * integral J (fun x => 1 * p x + 1 * q x)).
    2: { rewrite integral_sum. unfold JSD in Z. replace (integral J (fun x => twice_js (p x) (q x))) with 0 by lra. field. lra. }
    rewrite <- integral_linear by (exact jsd || apply integrable_sum). apply integral_monotone; auto.
    { apply integrable_linear; [exact jsd | apply integrable_sum]. }
    intro x. destruct (nothing_or_something (p x) (q x) (P x) (Q x)) as [[Z1 Z2] | S].
    { rewrite Z1, Z2. unfold twice_js. replace (0 - 0) with 0 by ring. rewrite Rabs_R0. lra. }
    pose proof (difference_by_js _ _ l (P x) (Q x) L S). unfold Rdiv in *. lra. }
  destruct (Rle_lt_dec (distance p q) 0) as [| Pos]; auto.
  pose proof (B (4 / distance p q) ltac:(apply Rdiv_lt_0_compat; lra)) as H.
  replace (2 / (4 / distance p q)) with (distance p q / 2) in H by (field; lra). lra.
Qed.

(* -log 4 is reached only there. *)
Theorem only_minimum : integrable J (fun x => Rabs (p x - q x)) -> C p q = - ln 4 -> distance p q <= 0.
Proof. intros HI E. apply jsd_separates; auto. rewrite criterion in E. lra. Qed.
End Pair.

(* At p_g = p_data the value is -log 4. *)
Theorem at_equality p : density p -> C p p = - ln 4.
Proof.
  intro dp. unfold C. rewrite (integral_ext _ J _ (fun x => - ln 2 * p x + - ln 2 * p x)).
  - rewrite (integral_sum p p dp dp). replace 4 with (2 * 2) by ring. rewrite ln_mult by lra. ring.
  - intro x. destruct (Req_dec (p x) 0) as [-> | N]; [unfold best; ring |].
    pose proof (proj1 (proj2 dp) x). rewrite add_and_subtract_log_2, js_of_equals by lra. ring.
Qed.

(* Proposition 2: C is convex in p_g. *)
Theorem convex p q1 q2 t : density p -> density q1 -> density q2 -> 0 <= t <= 1 -> has_jsd p q1 -> has_jsd p q2 ->
  has_jsd p (fun x => t * q1 x + (1 - t) * q2 x) ->
  C p (fun x => t * q1 x + (1 - t) * q2 x) <= t * C p q1 + (1 - t) * C p q2.
Proof.
  intros dp d1 d2 T j1 j2 jm. unfold C.
  assert (dm : density (fun x => t * q1 x + (1 - t) * q2 x)).
  { destruct d1 as (i1 & n1 & m1), d2 as (i2 & n2 & m2). split; [apply integrable_linear; auto | split].
    - intro x. specialize (n1 x). specialize (n2 x). nra.
    - rewrite integral_linear, m1, m2 by assumption. ring. }
  rewrite <- integral_linear by (apply integrable_best; assumption).
  apply integral_monotone.
  - apply (integrable_best p _ dp dm jm).
  - apply integrable_linear; apply integrable_best; assumption.
  - intro x. apply best_is_convex; auto; [apply dp | apply d1 | apply d2].
Qed.

Lemma has_jsd_with_itself p : density p -> has_jsd p p.
Proof.
  intro dp. unfold has_jsd. apply (integrable_ext _ J (fun x => 0 * p x + 0 * p x)).
  - intro x. rewrite js_of_equals. ring.
  - apply (integrable_sum p p dp dp).
Qed.

(* (p_data, 1/2) is a Nash equilibrium: neither player gains by moving alone. *)
Theorem equilibrium p : density p ->
  (forall D, discriminator D -> has_value p p D -> V p p D <= V p p (fun _ => 1 / 2)) /\
  (forall q, density q -> V p p (fun _ => 1 / 2) <= V p q (fun _ => 1 / 2)).
Proof.
  intro dp. split.
  - intros D HD HV. rewrite (one_half p p dp dp), <- (at_equality p dp). apply no_better; auto using has_jsd_with_itself.
  - intros q dq. rewrite (one_half p p dp dp), (one_half p q dp dq). lra.
Qed.

(* And in every equilibrium p_g is p_data. *)
Theorem equilibrium_is_p_data p q D : density p -> density q -> discriminator D -> has_jsd p q -> has_value p p D ->
  integrable J (fun x => Rabs (p x - q x)) ->
  C p q <= V p q D ->
  (forall q', density q' -> has_value p q' D -> V p q D <= V p q' D) ->
  distance p q <= 0.
Proof.
  intros dp dq HD j hv ia Dbest Gbest. apply only_minimum; auto.
  pose proof (minimum p q dp dq j). pose proof (Gbest p dp hv).
  pose proof (proj1 (equilibrium p dp) D HD hv) as E. rewrite (one_half p p dp dp) in E. lra.
Qed.
End Game.
