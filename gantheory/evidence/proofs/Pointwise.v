(* At one point x: a = p_data(x), b = p_g(x), y = D(x).

   Everything here comes from one inequality, ln t <= t - 1, which is an equality at t = 1 alone.
   In Coq ln 0 = 0, so that 0 ln 0 = 0 as the theory has it; D is kept inside (0, 1). *)
From Coq Require Import Reals Lra Psatz.
Open Scope R_scope.

(* The integrand of V(G, D), the optimal discriminator of Proposition 1, and V's integrand there. *)
Definition value (a b y : R) := a * ln y + b * ln (1 - y).
Definition optimal (a b : R) := a / (a + b).
Definition best (a b : R) := a * ln (a / (a + b)) + b * ln (b / (a + b)).
(* The integrand of 2 JSD = KL(p_data || m) + KL(p_g || m), m = (p_data + p_g)/2. *)
Definition twice_js (a b : R) := a * ln (2 * a / (a + b)) + b * ln (2 * b / (a + b)).

Lemma ln_below (t : R) : 0 < t -> ln t <= t - 1.
Proof. intro T. pose proof (exp_ineq1_le (ln t)). rewrite exp_ln in H; lra. Qed.

Lemma ln_strictly_below (t : R) : 0 < t -> t <> 1 -> ln t < t - 1.
Proof.
  intros T N. assert (Z : ln t <> 0). { intro Z. apply N. rewrite <- (exp_ln t T), Z. apply exp_0. }
  pose proof (exp_ineq1 (ln t) Z). rewrite exp_ln in H; lra.
Qed.

Lemma scaled_ln (a c : R) : 0 <= a -> 0 < c -> a * ln (a / c) = a * (ln a - ln c).
Proof.
  intros A C. destruct (Req_dec a 0) as [-> | N]; [ring |].
  unfold Rdiv. rewrite ln_mult, ln_Rinv; try lra. apply Rinv_0_lt_compat; lra.
Qed.

(* Gibbs' inequality at a point, strict unless the two are equal. *)
Lemma gibbs (a c : R) : 0 <= a -> 0 < c -> a - c <= a * (ln a - ln c).
Proof.
  intros A C. destruct (Req_dec a 0) as [-> | N]; [lra |].
  assert (Q : 0 < c / a) by (apply Rdiv_lt_0_compat; lra).
  pose proof (ln_below _ Q) as B. unfold Rdiv in B at 1.
  rewrite ln_mult, ln_Rinv in B; try lra; [| apply Rinv_0_lt_compat; lra].
  assert (a * (ln c - ln a) <= a * (c / a - 1)) by (apply Rmult_le_compat_l; lra).
  replace (a * (c / a - 1)) with (c - a) in H by (field; lra). lra.
Qed.

Lemma gibbs_strict (a c : R) : 0 <= a -> 0 < c -> a <> c -> a - c < a * (ln a - ln c).
Proof.
  intros A C E. destruct (Req_dec a 0) as [-> | N]; [lra |].
  assert (Q : 0 < c / a) by (apply Rdiv_lt_0_compat; lra).
  assert (Q1 : c / a <> 1). { intro H. apply E. replace c with (c / a * a) by (field; lra). rewrite H. ring. }
  pose proof (ln_strictly_below _ Q Q1) as B. unfold Rdiv in B at 1.
  rewrite ln_mult, ln_Rinv in B; try lra; [| apply Rinv_0_lt_compat; lra].
  assert (a * (ln c - ln a) < a * (c / a - 1)) by (apply Rmult_lt_compat_l; lra).
  replace (a * (c / a - 1)) with (c - a) in H by (field; lra). lra.
Qed.

(* What V loses at a y that is not D*: two of Gibbs' differences, of a against (a + b) y and of b against (a + b)(1 - y). *)
Lemma regret (a b y : R) : 0 <= a -> 0 <= b -> 0 < a + b -> 0 < y < 1 ->
  best a b - value a b y = a * (ln a - ln ((a + b) * y)) + b * (ln b - ln ((a + b) * (1 - y))).
Proof. intros A B S Y. unfold best, value. rewrite !scaled_ln, !ln_mult by lra. ring. Qed.

(* Proposition 1. *)
Theorem optimal_maximises (a b y : R) : 0 <= a -> 0 <= b -> 0 < a + b -> 0 < y < 1 -> value a b y <= best a b.
Proof.
  intros A B S Y. pose proof (regret a b y A B S Y).
  pose proof (gibbs a ((a + b) * y) A ltac:(nra)). pose proof (gibbs b ((a + b) * (1 - y)) B ltac:(nra)). lra.
Qed.

Theorem optimal_attains (a b : R) : 0 < a + b -> value a b (optimal a b) = best a b.
Proof. intro S. unfold value, optimal, best. do 3 f_equal. field. lra. Qed.

Theorem optimal_is_unique (a b y : R) : 0 <= a -> 0 <= b -> 0 < a + b -> 0 < y < 1 -> value a b y = best a b -> y = optimal a b.
Proof.
  intros A B S Y E. pose proof (regret a b y A B S Y) as R. pose proof (gibbs b ((a + b) * (1 - y)) B ltac:(nra)).
  destruct (Req_dec a ((a + b) * y)) as [D | D].
  - unfold optimal. rewrite D at 1. field. lra.
  - pose proof (gibbs_strict a ((a + b) * y) A ltac:(nra) D). lra.
Qed.

(* Theorem 1: log 2 is added to and subtracted from each logarithm. *)
Theorem add_and_subtract_log_2 (a b : R) : 0 <= a -> 0 <= b -> 0 < a + b -> best a b = twice_js a b - (a + b) * ln 2.
Proof.
  intros A B S. unfold best, twice_js.
  assert (K : forall c, 0 <= c -> c * ln (2 * c / (a + b)) = c * ln (c / (a + b)) + c * ln 2).
  { intros c C. destruct (Req_dec c 0) as [-> | N]; [ring |].
    replace (2 * c / (a + b)) with (2 * (c / (a + b))) by (field; lra).
    rewrite ln_mult; [ring | lra | apply Rdiv_lt_0_compat; lra]. }
  rewrite !K by assumption. ring.
Qed.

Lemma value_at_one_half (a b : R) : value a b (1 / 2) = - (a + b) * ln 2.
Proof.
  unfold value. replace (1 - 1 / 2) with (/ 2) by lra. replace (1 / 2) with (/ 2) by lra. rewrite ln_Rinv by lra. ring.
Qed.

Lemma js_of_equals (a : R) : twice_js a a = 0.
Proof.
  unfold twice_js. destruct (Req_dec a 0) as [-> | N]; [ring |].
  replace (2 * a / (a + a)) with 1 by (field; lra). rewrite ln_1. ring.
Qed.

Theorem js_nonnegative (a b : R) : 0 <= a -> 0 <= b -> 0 < a + b -> 0 <= twice_js a b.
Proof.
  intros A B S. pose proof (optimal_maximises a b (1 / 2) A B S ltac:(lra)).
  rewrite value_at_one_half, add_and_subtract_log_2 in H by assumption. lra.
Qed.

Theorem js_at_most_log_2 (a b : R) : 0 <= a -> 0 <= b -> 0 < a + b -> twice_js a b <= (a + b) * ln 2.
Proof.
  intros A B S. pose proof (add_and_subtract_log_2 a b A B S) as E.
  assert (K : forall c, 0 <= c <= a + b -> c * ln (c / (a + b)) <= 0).
  { intros c [C0 C1]. rewrite scaled_ln by assumption. destruct (Req_dec c 0) as [-> | N]; [lra |].
    assert (ln c <= ln (a + b)). { destruct C1 as [C1 | ->]; [left; apply ln_increasing; lra | lra]. } nra. }
  unfold best in E. pose proof (K a ltac:(lra)). pose proof (K b ltac:(lra)). lra.
Qed.

(* Gibbs' inequality with a remainder, the square of a difference of roots: from ln of a root. *)
Lemma gibbs_hellinger (a c : R) : 0 <= a -> 0 < c -> (sqrt a - sqrt c) ^ 2 + a - c <= a * (ln a - ln c).
Proof.
  intros A C. pose proof (sqrt_sqrt a A) as SA. pose proof (sqrt_sqrt c (Rlt_le _ _ C)) as SC. pose proof (sqrt_lt_R0 c C) as PC.
  destruct (Req_dec a 0) as [-> | N]. { rewrite sqrt_0, Rmult_0_l. replace ((0 - sqrt c) ^ 2) with (sqrt c * sqrt c) by ring. lra. }
  assert (PA : 0 < sqrt a) by (apply sqrt_lt_R0; lra).
  assert (LA : ln a = 2 * ln (sqrt a)) by (rewrite <- SA at 1; rewrite ln_mult by assumption; ring).
  assert (LC : ln c = 2 * ln (sqrt c)) by (rewrite <- SC at 1; rewrite ln_mult by assumption; ring).
  rewrite LA, LC. pose proof (gibbs (sqrt a) (sqrt c) (Rlt_le _ _ PA) PC) as G.
  assert (sqrt a * (sqrt a - sqrt c) <= sqrt a * (sqrt a * (ln (sqrt a) - ln (sqrt c)))) by (apply Rmult_le_compat_l; lra).
  set (u := sqrt a) in *. set (v := sqrt c) in *. set (x := ln u) in *. set (y := ln v) in *. rewrite <- SA, <- SC. lra.
Qed.

Lemma js_hellinger (a b : R) : 0 <= a -> 0 <= b -> 0 < a + b -> (sqrt a - sqrt b) ^ 2 / 2 <= twice_js a b.
Proof.
  intros A B S. unfold twice_js. set (m := (a + b) / 2). assert (M : 0 < m) by (unfold m; lra).
  replace (2 * a / (a + b)) with (a / m) by (unfold m; field; lra).
  replace (2 * b / (a + b)) with (b / m) by (unfold m; field; lra). rewrite !scaled_ln by assumption.
  pose proof (gibbs_hellinger a m A M). pose proof (gibbs_hellinger b m B M). assert (a + b = 2 * m) by (unfold m; lra).
  set (u := sqrt a) in *. set (v := sqrt b) in *. set (w := sqrt m) in *. pose proof (pow2_ge_0 (u + v - 2 * w)). nra.
Qed.

(* |a - b| is bounded by JSD's integrand, for any l > 0: what stands here for Pinsker's inequality. *)
Theorem difference_by_js (a b l : R) : 0 <= a -> 0 <= b -> 0 < l -> 0 < a + b -> Rabs (a - b) <= l * twice_js a b + (a + b) / l.
Proof.
  intros A B L S. pose proof (js_hellinger a b A B S) as J. pose proof (sqrt_sqrt a A) as SA. pose proof (sqrt_sqrt b B) as SB.
  set (u := sqrt a) in *. set (v := sqrt b) in *.
  assert (I : 0 < / l) by (apply Rinv_0_lt_compat; assumption). assert (E : l * / l = 1) by (field; lra).
  assert (P : (u + v) ^ 2 <= 2 * (a + b)) by (pose proof (pow2_ge_0 (u - v)); nra).
  (* s t <= l s^2/2 + t^2/(2l) *)
  assert (Q : forall s t, s * t <= l * (s ^ 2 / 2) + t ^ 2 / 2 * / l).
  { intros s t. assert (W : 0 <= / l * (l * s - t) ^ 2) by (apply Rmult_le_pos; [lra | apply pow2_ge_0]).
    replace (/ l * (l * s - t) ^ 2) with (l * s ^ 2 - 2 * s * t + t ^ 2 * / l) in W by (field; lra). lra. }
  assert (l * ((u - v) ^ 2 / 2) <= l * twice_js a b) by (apply Rmult_le_compat_l; lra).
  assert ((u + v) ^ 2 / 2 * / l <= (a + b) * / l) by (apply Rmult_le_compat_r; lra).
  pose proof (Q (u - v) (u + v)). pose proof (Q (v - u) (u + v)). replace ((v - u) ^ 2) with ((u - v) ^ 2) in * by ring.
  unfold Rdiv in *. apply Rabs_le. split; nra.
Qed.

(* Proposition 2: as a supremum of functions that are linear in b. *)
Theorem best_is_convex (a b1 b2 t : R) : 0 <= a -> 0 <= b1 -> 0 <= b2 -> 0 <= t <= 1 ->
  best a (t * b1 + (1 - t) * b2) <= t * best a b1 + (1 - t) * best a b2.
Proof.
  intros A B1 B2 T. set (b := t * b1 + (1 - t) * b2). assert (B : 0 <= b) by (unfold b; nra).
  destruct (Req_dec a 0) as [-> | NA].
  { assert (Z : forall c, 0 <= c -> best 0 c = 0).
    { intros c C. unfold best. destruct (Req_dec c 0) as [-> | N]; [ring |]. replace (c / (0 + c)) with 1 by (field; lra). rewrite ln_1. ring. }
    rewrite !Z by assumption. lra. }
  destruct (Req_dec b 0) as [ZB | NB].
  { (* then all of the weight is on densities that are 0 *)
    assert (T1 : t * b1 = 0 /\ (1 - t) * b2 = 0). { assert (0 <= t * b1) by nra. assert (0 <= (1 - t) * b2) by nra. unfold b in ZB. lra. }
    destruct T1 as [E1 E2]. rewrite ZB.
    assert (K : forall s c, s * c = 0 -> 0 <= c -> s * best a c = s * best a 0 ).
    { intros s c Z C. apply Rmult_integral in Z. destruct Z as [-> | ->]; [ring | reflexivity]. }
    rewrite (K t b1 E1 B1), (K (1 - t) b2 E2 B2). lra. }
  assert (Y : 0 < optimal a b < 1).
  { unfold optimal. split; [apply Rdiv_lt_0_compat; lra |]. apply (Rmult_lt_reg_r (a + b)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  rewrite <- (optimal_attains a b) by lra. set (y := optimal a b) in *.
  pose proof (optimal_maximises a b1 y A B1 ltac:(lra) Y). pose proof (optimal_maximises a b2 y A B2 ltac:(lra) Y).
  replace (value a b y) with (t * value a b1 y + (1 - t) * value a b2 y) by (unfold value, b; ring).
  apply Rplus_le_compat; apply Rmult_le_compat_l; lra.
Qed.
