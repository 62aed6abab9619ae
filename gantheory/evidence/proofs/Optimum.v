(* Proposition 1 and Theorem 1: what D* attains, that nothing else does, and where C is least. *)
From GanTheory Require Import Library Log Space Game.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Optimum.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q D : T -> R.
Notation density := (density mu).
Notation V := (V mu).
Notation C := (C mu).
Notation one_half := (@one_half d T R).

Lemma integral_ln2 p : density p -> \int[mu]_x ((p x)%:E * (ln 2)%:E) = (ln 2)%:E.
Proof.
move=> [mp p0 p1]; under eq_integral do rewrite muleC.
rewrite integral_scale ?p1 ?mule1//; first exact: measurable_real.
exact: ln2_ge0.
Qed.

Lemma measurable_ln2 p : density p -> measurable_fun setT (fun x => (p x)%:E * (ln 2)%:E).
Proof. by move=> [mp _ _]; apply: emeasurable_funM; [exact: measurable_real | exact: measurable_constant]. Qed.

Lemma ln2_times_ge0 p : density p -> forall x, 0 <= (p x)%:E * (ln 2)%:E.
Proof. by move=> [_ p0 _] x; rewrite mule_ge0// lee_fin// ln2_ge0. Qed.

(* Whatever G is, D = 1/2 makes V = - log 4. *)
Theorem V_at_one_half p q : density p -> density q -> V p q one_half = (- ln 4)%:E.
Proof.
move=> dp dq; rewrite (V_is_two_costs dp dq (one_half_discriminates T R)) /Game.one_half one_minus_half.
under eq_integral do rewrite cost_at_half.
rewrite (integral_ln2 dp); under eq_integral do rewrite cost_at_half.
by rewrite (integral_ln2 dq) -EFinD -EFinN ln4.
Qed.

(* So C is finite: it loses no more than V does at D = 1/2. *)
Lemma least_finite p q : density p -> density q -> 0 <= \int[mu]_x least p q x <= (ln 4)%:E.
Proof.
move=> dp dq; rewrite integral_ge0 => [|x _]; last exact: (least_ge0 dp dq).
have dh := one_half_discriminates T R.
have := V_at_one_half dp dq; rewrite (V_is_loss dp dq dh) EFinN => /eqe_oppP <-.
rewrite (integral_regret dp dq dh) lee_addl// integral_ge0// => x _.
exact: (gap_ge0 dp dq dh).
Qed.

Lemma least_fin_num p q : density p -> density q -> \int[mu]_x least p q x \is a fin_num.
Proof. by move=> dp dq; have /andP[a b] := least_finite dp dq; exact: fin_between b. Qed.

Lemma share_finite p q : density p -> density q -> \int[mu]_x cost (p x) (p x / (p x + q x)) \is a fin_num.
Proof.
move=> dp dq; have [h1 h2 k1 k2] := least_parts dp dq; have /andP[_ b] := least_finite dp dq.
apply: (@fin_between _ _ (ln 4)); first by rewrite integral_ge0.
by apply: le_trans b; apply: integral_le => //; [exact: (measurable_least dp dq) | move=> x; rewrite /least lee_addl].
Qed.

Lemma share_integrable p q : density p -> density q -> mu.-integrable setT (fun x => cost (p x) (p x / (p x + q x))).
Proof. by move=> dp dq; have [h1 _ k1 _] := least_parts dp dq; apply: integrable_ge0 => //; exact: share_finite. Qed.

Theorem C_integrable p q : density p -> density q ->
  mu.-integrable setT (fun x => (p x)%:E * log (p x / (p x + q x))) /\
  mu.-integrable setT (fun x => (q x)%:E * log (q x / (p x + q x))).
Proof.
have H p' q' : density p' -> density q' -> mu.-integrable setT (fun x => (p' x)%:E * log (p' x / (p' x + q' x))).
  move=> dp dq; rewrite (_ : (fun x => _) = fun x => - cost (p' x) (p' x / (p' x + q' x))).
    by apply: integrableN; exact: share_integrable.
  by apply/funext => x; rewrite /cost muleN oppeK.
move=> dp dq; split; first exact: H.
by rewrite (_ : (fun x => _) = fun x => (q x)%:E * log (q x / (q x + p x))); [exact: H | apply/funext => x; rewrite addrC].
Qed.

Theorem C_bounds p q : density p -> density q -> (- ln 4)%:E <= C p q <= 0.
Proof.
move=> dp dq; rewrite (C_is_least dp dq); have /andP[a b] := least_finite dp dq.
by rewrite EFinN lee_oppr oppeK b oppe_le0 a.
Qed.

Lemma C_fin_num p q : density p -> density q -> C p q \is a fin_num.
Proof. by move=> dp dq; rewrite (C_is_least dp dq) fin_numN least_fin_num. Qed.

(* What V falls short of C, also where it is - oo. *)
Theorem discriminator_gap p q D : density p -> density q -> discriminator D ->
  C p q - V p q D = \int[mu]_x ((p x + q x)%:E * bernoulli_kl (D_star p q x) (D x)) /\
  (forall x, 0 <= (p x + q x)%:E * bernoulli_kl (D_star p q x) (D x)).
Proof.
move=> dp dq dD; split; last exact: (gap_ge0 dp dq dD).
rewrite (C_is_least dp dq) (V_is_loss dp dq dD) (integral_regret dp dq dD) oppeK addeC.
by rewrite addeC addeA [- _ + _]addeC subee ?add0e// least_fin_num.
Qed.

(* Proposition 1. *)
Theorem V_at_most_C p q D : density p -> density q -> discriminator D -> V p q D <= C p q.
Proof.
move=> dp dq dD; rewrite (C_is_least dp dq) (V_is_loss dp dq dD) (integral_regret dp dq dD) lee_oppr oppeK.
by rewrite lee_addl// integral_ge0// => x _; exact: (gap_ge0 dp dq dD).
Qed.

Theorem only_D_star p q D : density p -> density q -> discriminator D ->
  (V p q D = C p q <-> {ae mu, forall x, (p x + q x != 0)%R -> D x = D_star p q x}).
Proof.
move=> dp dq dD; have g0 := gap_ge0 dp dq dD; have mg := measurable_gap dp dq dD.
have [mp p0 _] := dp; have [mq q0 _] := dq.
rewrite (C_is_least dp dq) (V_is_loss dp dq dD) (integral_regret dp dq dD); split=> [/eqe_oppP E|E].
- have Z : \int[mu]_x gap p q D x = 0.
    have F := least_fin_num dp dq; move: E; rewrite -[X in _ = X]adde0 => E.
    by apply/eqP; rewrite eq_le; apply/andP; split; rewrite -(lee_add2lE _ _ F) E.
  apply: ae_imply (ae_zero mg g0 Z) => x; rewrite /gap => /eqP; rewrite mule_eq0 => /orP[/eqP[->]|/eqP h _]; first by rewrite eqxx.
  by apply: bernoulli_kl_eq0 h; [exact: optimal_unit | case: dD].
- congr (- _); rewrite (_ : \int[mu]_x gap p q D x = 0) ?adde0//.
  have mz : measurable_fun setT (cst 0 : T -> \bar R) by exact: measurable_constant.
  rewrite (ae_integral mg mz) ?integral0//.
  apply: ae_imply E => x; rewrite /gap; have [->|n0 /(_ isT) ->] := eqVneq (p x + q x)%R 0%R; first by rewrite mul0e.
  by rewrite bernoulli_kl_refl ?mule0// optimal_unit.
Qed.

Theorem D_star_attains p q : density p -> density q -> discriminator (D_star p q) /\ V p q (D_star p q) = C p q.
Proof.
move=> dp dq; have dD := D_star_discriminates dp dq; split=> //.
by apply/(only_D_star dp dq dD); exact: ae_always.
Qed.

(* Theorem 1: V at D = 1/2 is C only where D* = 1/2, which is to say where p = q. *)
Theorem minimum_only_at_equality p q : density p -> density q ->
  (C p q = (- ln 4)%:E <-> {ae mu, forall x, p x = q x}).
Proof.
move=> dp dq; have [mp p0 _] := dp; have [mq q0 _] := dq; have dh := one_half_discriminates T R.
rewrite -(V_at_one_half dp dq); split=> [/esym/(only_D_star dp dq dh) E|E].
- apply: ae_imply E => x; have [n0 _|n0 /(_ isT) h] := eqVneq (p x + q x)%R 0%R.
    by have [-> ->] := no_mass (p0 x) (q0 x) n0.
  by apply: optimal_half => //; rewrite -/(D_star p q x) -h.
- apply/esym/(only_D_star dp dq dh); apply: ae_imply E => x E _.
  by rewrite /D_star E optimal_same.
Qed.

Theorem at_equality p : density p -> C p p = (- ln 4)%:E /\ (forall x, D_star p p x = 2^-1%R).
Proof.
by move=> dp; split=> [|x]; [apply/(minimum_only_at_equality dp dp); exact: ae_always | exact: optimal_same].
Qed.

(* If the measures agree on the set where p > q, the excess of p there is 0. *)
Lemma no_excess p q : density p -> density q ->
  (forall A, measurable A -> \int[mu]_(x in A) (p x)%:E = \int[mu]_(x in A) (q x)%:E) -> {ae mu, forall x, (p x <= q x)%R}.
Proof.
move=> [mp p0 p1] [mq q0 q1] H; pose e x := (p x - q x)%R.
have me : measurable_fun setT e by exact: measurable_funB.
pose A := [set x | (0 < e x)%R]; have mA : measurable A by exact: measurable_above.
have E : \int[mu]_(x in A) (p x)%:E = \int[mu]_(x in A) (q x)%:E + \int[mu]_(x in A) (e x)%:E.
  rewrite -ge0_integralD//; first 1 last.
  - by move=> x _; rewrite lee_fin.
  - by apply: measurable_funTS; exact: measurable_real.
  - by move=> x /ltW; rewrite lee_fin.
  - by apply: measurable_funTS; exact: measurable_real.
  by apply: eq_integral => x _; rewrite -EFinD addrC subrK.
have F : \int[mu]_(x in A) (q x)%:E \is a fin_num.
  apply: (@fin_between _ _ 1); first by apply: integral_ge0 => x _; rewrite lee_fin.
  rewrite -q1; (first [apply: subset_integral | apply: ge0_subset_integral]) => //; first exact: measurable_real.
  by move=> x _; rewrite lee_fin.
have Z : \int[mu]_(x in A) (e x)%:E = 0.
  move: E; rewrite (H _ mA) -[X in X = _]adde0 => E.
  by apply/eqP; rewrite eq_le; apply/andP; split; rewrite -(lee_add2lE _ _ F) E.
have mE : measurable_fun A (EFin \o e) by apply: measurable_funTS; exact: measurable_real.
have := (ae_eq_integral_abs mu mA mE).1.
rewrite (eq_integral (EFin \o e)) => [/(_ Z)|x]; last by rewrite inE => /ltW h; rewrite gee0_abs.
apply: ae_imply => x h; rewrite leNgt; apply/negP => pq.
have Ax : A x by rewrite /A /= subr_gt0.
by have := Ax; have [E0] := h Ax; rewrite /A /= E0 ltxx.
Qed.

(* p = q almost everywhere says that p_data and p_g are the same law. *)
Theorem same_law p q : density p -> density q ->
  ({ae mu, forall x, p x = q x} <-> forall A, measurable A -> \int[mu]_(x in A) (p x)%:E = \int[mu]_(x in A) (q x)%:E).
Proof.
move=> dp dq; have [mp p0 _] := dp; have [mq q0 _] := dq; split=> [E A mA|H].
- apply: ae_eq_integral => //; [by apply: measurable_funTS; exact: measurable_real | by apply: measurable_funTS; exact: measurable_real |].
  by apply: ae_imply E => x ->.
- have H' A : measurable A -> \int[mu]_(x in A) (q x)%:E = \int[mu]_(x in A) (p x)%:E by move=> mA; rewrite H.
  by apply: ae_imply (ae_both (no_excess dp dq H) (no_excess dq dp H')) => x [a b]; apply/eqP; rewrite eq_le a b.
Qed.
End Optimum.
