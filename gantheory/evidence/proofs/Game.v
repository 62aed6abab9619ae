(* The game of section 3 on a measure space, which need not be sigma-finite: p = p_data, q = p_g, and D into [0, 1].

   Nothing is assumed to be integrable but p and q themselves. V has its values in [-oo, 0]. *)
From GanTheory Require Import Library Log Space.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Game.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q D : T -> R.

Definition density p := [/\ measurable_fun setT p, (forall x, 0 <= p x)%R & \int[mu]_x (p x)%:E = 1].
Definition discriminator D := measurable_fun setT D /\ (forall x, 0 <= D x <= 1)%R.
(* Equation 1, with p_g for G. *)
Definition V p q D := \int[mu]_x ((p x)%:E * log (D x)) + \int[mu]_x ((q x)%:E * log (1 - D x)).
(* Equation 4: V at D*. *)
Definition C p q := \int[mu]_x ((p x)%:E * log (p x / (p x + q x))) + \int[mu]_x ((q x)%:E * log (q x / (p x + q x))).
(* Proposition 1. *)
Definition D_star p q (x : T) : R := optimal (p x) (q x).
Definition one_half (x : T) : R := 2^-1%R.
(* log(p/q) is written - log(q/p), which is +oo where q alone is 0. *)
Definition KL p q := \int[mu]_x ((p x)%:E * - log (q x / p x)).
Definition middle p q (x : T) : R := ((p x + q x) / 2)%R.
Definition JSD p q := (2^-1)%:E * (KL p (middle p q) + KL q (middle p q)).

Lemma one_half_discriminates : discriminator one_half.
Proof. by split; [exact: measurable_constant | move=> x; exact: half_unit]. Qed.

(* - V, - C and their difference are integrals of what is nowhere negative. *)
Definition loss p q D x := cost (p x) (D x) + cost (q x) (1 - D x).
Definition least p q x := cost (p x) (p x / (p x + q x)) + cost (q x) (q x / (p x + q x)).
Definition gap p q D x := (p x + q x)%:E * bernoulli_kl (D_star p q x) (D x).

Section Pair.
Variables p q : T -> R.
Hypotheses (dp : density p) (dq : density q).
Let mp : measurable_fun setT p. Proof. by case: dp. Qed.
Let mq : measurable_fun setT q. Proof. by case: dq. Qed.
Let p0 : forall x, (0 <= p x)%R. Proof. by case: dp. Qed.
Let q0 : forall x, (0 <= q x)%R. Proof. by case: dq. Qed.
Let s0 x : (0 <= p x + q x)%R. Proof. by rewrite addr_ge0. Qed.
Let ms : measurable_fun setT (fun x => p x + q x)%R. Proof. exact: measurable_funD. Qed.

Lemma D_star_discriminates : discriminator (D_star p q).
Proof. by split; [exact: measurable_optimal | move=> x; exact: optimal_unit]. Qed.

Lemma least_parts : [/\ measurable_fun setT (fun x => cost (p x) (p x / (p x + q x))),
  measurable_fun setT (fun x => cost (q x) (q x / (p x + q x))),
  (forall x, 0 <= cost (p x) (p x / (p x + q x))) & (forall x, 0 <= cost (q x) (q x / (p x + q x)))].
Proof.
split; first by apply: measurable_cost => //; exact: measurable_ratio.
- by apply: measurable_cost => //; exact: measurable_ratio.
- by move=> x; rewrite cost_ge0// share_le1.
- by move=> x; rewrite cost_ge0// addrC share_le1.
Qed.

Lemma least_ge0 x : 0 <= least p q x.
Proof. by have [_ _ h k] := least_parts; rewrite adde_ge0. Qed.

Lemma measurable_least : measurable_fun setT (least p q).
Proof. by have [h k _ _] := least_parts; exact: emeasurable_funD. Qed.

Lemma C_is_least : C p q = - \int[mu]_x least p q x.
Proof.
have [h1 h2 k1 k2] := least_parts; rewrite integral_sum// minus_sum ?integral_ge0// -!integral_minus//.
by congr (_ + _); apply: eq_integral => x _; rewrite /cost muleN oppeK.
Qed.

Section Loss.
Variable D : T -> R.
Hypothesis dD : discriminator D.
Let mD : measurable_fun setT D. Proof. by case: dD. Qed.
Let mD' : measurable_fun setT (fun x => 1 - D x)%R. Proof. exact: measurable_one_minus. Qed.
Let D0 x : (0 <= D x)%R. Proof. by case: dD => _ /(_ x) /andP[]. Qed.
Let D1 x : (D x <= 1)%R. Proof. by case: dD => _ /(_ x) /andP[]. Qed.
Let D1' x : (1 - D x <= 1)%R. Proof. by rewrite -subr_ge0 opprB addrCA subrr addr0. Qed.

Lemma loss_parts : [/\ measurable_fun setT (fun x => cost (p x) (D x)), measurable_fun setT (fun x => cost (q x) (1 - D x)%R),
  (forall x, 0 <= cost (p x) (D x)) & (forall x, 0 <= cost (q x) (1 - D x))].
Proof. by split; [exact: measurable_cost | exact: measurable_cost | move=> x; exact: cost_ge0 | move=> x; exact: cost_ge0]. Qed.

Lemma V_is_two_costs : V p q D = - (\int[mu]_x cost (p x) (D x) + \int[mu]_x cost (q x) (1 - D x)).
Proof.
have [h1 h2 k1 k2] := loss_parts; rewrite minus_sum ?integral_ge0// -!integral_minus//.
by congr (_ + _); apply: eq_integral => x _; rewrite /cost muleN oppeK.
Qed.

Lemma V_is_loss : V p q D = - \int[mu]_x loss p q D x.
Proof. by have [h1 h2 k1 k2] := loss_parts; rewrite V_is_two_costs /loss integral_sum. Qed.

Lemma gap_ge0 x : 0 <= gap p q D x.
Proof. by rewrite /gap mule_ge0 ?lee_fin// bernoulli_kl_ge0// ?optimal_unit// D0 D1. Qed.

Lemma measurable_gap : measurable_fun setT (gap p q D).
Proof.
have [mo o] := D_star_discriminates; apply: emeasurable_funM; first exact: measurable_real.
apply: emeasurable_funD; apply: measurable_cost => //.
- by apply: measurable_ratio => // x; case/andP: (o x).
- exact: measurable_one_minus.
- apply: measurable_ratio => //; first exact: measurable_one_minus.
  by move=> x; rewrite subr_ge0; case/andP: (o x).
Qed.

(* The regret at each point, integrated. *)
Theorem integral_regret : \int[mu]_x loss p q D x = \int[mu]_x least p q x + \int[mu]_x gap p q D x.
Proof.
rewrite -integral_sum//; first last.
- exact: gap_ge0.
- exact: least_ge0.
- exact: measurable_gap.
- exact: measurable_least.
by apply: eq_integral => x _; rewrite /loss /least /gap regret.
Qed.
End Loss.
End Pair.
End Game.
