(* Section 4: all Nash equilibria of the game, and min max V = max min V. *)
From GanTheory Require Import Library Log Space Game Optimum.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Equilibria.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types p q r D : T -> R.
Notation density := (density mu).
Notation V := (V mu).
Notation C := (C mu).
Notation one_half := (@one_half d T R).

(* Neither player gains by moving alone: D to raise V, G to lower it. D may move to any D, and p_g to any density. *)
Definition equilibrium p q D := [/\ density q, discriminator D,
  (forall D', discriminator D' -> V p q D' <= V p q D) & (forall q', density q' -> V p q D <= V p q' D)].

(* If D = 1/2 where the data are, and q lies where D > 1/2, then G has made V less than - log 4. *)
Lemma beyond_half_pays p q D : density p -> density q -> discriminator D ->
  {ae mu, forall x, (p x != 0)%R -> D x = 2^-1%R} ->
  (forall x, (q x != 0)%R -> (2^-1 < D x)%R) -> V p q D < (- ln 4)%:E.
Proof.
move=> dp dq dD half beyond; have [mp p0 _] := dp; have [mq q0 q1] := dq; have [mD _] := dD.
have [h1 h2 k1 k2] := loss_parts dp dq dD; have mz : measurable_fun setT (cst 0 : T -> \bar R) by exact: measurable_constant.
rewrite (V_is_two_costs dp dq dD) EFinN lte_opp2 ln4 EFinD.
have -> : \int[mu]_x cost (p x) (D x) = (ln 2)%:E.
  rewrite -(integral_ln2 dp); apply: ae_integral => //; first exact: (measurable_ln2 dp).
  apply: ae_imply half => x; have [->|n0 /(_ isT) ->] := eqVneq (p x) 0%R; first by rewrite cost0 mul0e.
  by rewrite cost_at_half.
rewrite lte_add2lE//; pose e x := cost (q x) ((1 - D x) / 2^-1).
have mD' := measurable_one_minus mD; have me : measurable_fun setT e.
  by apply: measurable_cost => //; apply: measurable_ratio => //; try exact: measurable_constant.
have small x : (q x != 0)%R -> ((1 - D x) / 2^-1 < 1)%R by move=> /beyond; exact: beyond_half.
have e0 x : 0 <= e x.
  rewrite /e; have [->|n0] := eqVneq (q x) 0%R; first by rewrite cost0.
  by rewrite cost_ge0// ltW// small.
have -> : \int[mu]_x cost (q x) (1 - D x) = (ln 2)%:E + \int[mu]_x e x.
  rewrite -(integral_ln2 dq) -integral_sum//; [|exact: (measurable_ln2 dq)|exact: (ln2_times_ge0 dq)].
  by apply: eq_integral => x _; rewrite cost_half// EFinM.
have i0 : 0 <= \int[mu]_x e x by rewrite integral_ge0.
rewrite -[X in X < _]adde0 lte_add2lE// lt_neqAle i0 andbT eq_sym; apply/eqP => /(ae_zero me e0) Z.
have /ae_integral : {ae mu, forall x, (q x)%:E = 0}.
  apply: ae_imply Z => x; rewrite /e; have [->//|n0] := eqVneq (q x) 0%R.
  move=> /eqP; rewrite /cost mule_eq0 eqe (negbTE n0) /= oppe_eq0 => /eqP l0.
  by have := log_lt0 (small x n0); rewrite l0 ltxx.
by move=> /(_ (measurable_real mq) mz); rewrite q1 integral0 => /eqP; rewrite eqe oner_eq0.
Qed.

(* If q' has mass where D > 1/2, there is a density of that mass alone. *)
Lemma density_beyond_half q' D : density q' -> discriminator D ->
  {ae mu, forall x, (q' x != 0)%R -> (D x <= 2^-1)%R} \/
  exists2 r, density r & forall x, (r x != 0)%R -> (2^-1 < D x)%R.
Proof.
move=> [mq q0 q1] [mD _]; pose A := [set x | (2^-1 < D x)%R]; have mA : measurable A by exact: measurable_above.
pose r x := (q' x * \1_A x)%R.
have mr : measurable_fun setT r by apply: measurable_funM => //; exact: measurable_indicator.
have r0 x : (0 <= r x)%R by rewrite /r mulr_ge0// indicE ler0n.
have r0' x : 0 <= (r x)%:E by rewrite lee_fin.
have rle : \int[mu]_x (r x)%:E <= 1.
  rewrite -q1; apply: integral_le => //; [exact: measurable_real | exact: measurable_real |].
  by move=> x; rewrite lee_fin /r indicE; case: (_ \in _); rewrite ?mulr1 ?mulr0.
have ri : 0 <= \int[mu]_x (r x)%:E by rewrite integral_ge0.
have [Z|N] := eqVneq (\int[mu]_x (r x)%:E) 0; [left | right].
- apply: ae_imply (ae_zero (measurable_real mr) r0' Z) => x; rewrite /r => -[/eqP]; rewrite mulf_eq0 => /orP[->//|].
  by rewrite indicE; case: (boolP (x \in A)) => [_|+ _ _]; rewrite ?oner_eq0// notin_set /A /= => /negP; rewrite -leNgt.
- have fr : \int[mu]_x (r x)%:E \is a fin_num by exact: fin_between rle.
  pose c := fine (\int[mu]_x (r x)%:E).
  have c0 : (0 < c)%R by rewrite /c fine_gt0// (le_lt_trans rle) ?ltry// andbT lt_neqAle eq_sym N.
  exists (fun x => c^-1 * r x)%R.
    split; first by apply: measurable_multiple.
    - by move=> x; rewrite mulr_ge0// invr_ge0 ltW.
    - under eq_integral do rewrite EFinM.
      rewrite integral_scale//; [|exact: measurable_real|by rewrite invr_ge0 ltW].
      by rewrite -(fineK fr) -EFinM mulVf// gt_eqF.
  move=> x; rewrite mulf_eq0 negb_or => /andP[_]; rewrite /r mulf_eq0 negb_or => /andP[_].
  by rewrite indicE; case: (boolP (x \in A)) => [|_]; rewrite ?eqxx// inE.
Qed.

(* If D = 1/2 where the data are, and D <= 1/2 where q is, G gains nothing at q. *)
Lemma up_to_half_does_not_pay p q D : density p -> density q -> discriminator D ->
  {ae mu, forall x, (p x != 0)%R -> D x = 2^-1%R} ->
  {ae mu, forall x, (q x != 0)%R -> (D x <= 2^-1)%R} -> (- ln 4)%:E <= V p q D.
Proof.
move=> dp dq dD half small; have [mp p0 _] := dp; have [mq q0 _] := dq; have [h1 h2 k1 k2] := loss_parts dp dq dD.
rewrite (V_is_two_costs dp dq dD) EFinN lee_opp2 ln4 EFinD; apply: lee_add.
- rewrite -(integral_ln2 dp); apply: integral_le_ae => //; [exact: (measurable_ln2 dp) | exact: (ln2_times_ge0 dp) |].
  apply: ae_imply half => x; have [->|n0 /(_ isT) ->] := eqVneq (p x) 0%R; first by rewrite cost0 mul0e.
  by rewrite cost_at_half.
- rewrite -(integral_ln2 dq); apply: integral_le_ae => //; [exact: (measurable_ln2 dq) | exact: (ln2_times_ge0 dq) |].
  apply: ae_imply small => x; have [->|n0 /(_ isT) h] := eqVneq (q x) 0%R; first by rewrite cost0 mul0e.
  exact: cost_up_to_half.
Qed.

Theorem equilibria p q D : density p -> (equilibrium p q D <->
  [/\ density q, discriminator D, {ae mu, forall x, p x = q x}, {ae mu, forall x, (p x != 0)%R -> D x = 2^-1%R} &
    forall q', density q' -> {ae mu, forall x, (q' x != 0)%R -> (D x <= 2^-1)%R}]).
Proof.
move=> dp; have [mp p0 p1] := dp; have [Cp _] := at_equality dp; split=> [[dq dD best_D best_q]|[dq dD pq half small]].
- have VC : V p q D = C p q.
    apply/eqP; rewrite eq_le (V_at_most_C dp dq dD)/=.
    by have [dO <-] := D_star_attains dp dq; exact: best_D.
  have C4 : C p q = (- ln 4)%:E.
    apply/eqP; rewrite eq_le; have /andP[-> _] := C_bounds dp dq; rewrite andbT -VC -Cp.
    exact: le_trans (best_q p dp) (V_at_most_C dp dp dD).
  have pq := (minimum_only_at_equality dp dq).1 C4.
  have half : {ae mu, forall x, (p x != 0)%R -> D x = 2^-1%R}.
    have [_ q0 _] := dq; apply: ae_imply (ae_both pq ((only_D_star dp dq dD).1 VC)) => x [e h] n0.
    by rewrite h /D_star -?e ?optimal_same// paddr_eq0// negb_and n0.
  split=> // q' dq'; have [//|[r dr beyond]] := density_beyond_half dq' dD.
  by have := best_q _ dr; rewrite VC C4 leNgt beyond_half_pays.
- have VC : V p q D = C p q.
    apply/(only_D_star dp dq dD); apply: ae_imply (ae_both pq half) => x [e h] n0.
    rewrite /D_star -e optimal_same; apply: h; apply: contra n0 => /eqP z; by rewrite -e z addr0.
  have C4 : C p q = (- ln 4)%:E by apply/(minimum_only_at_equality dp dq).
  split=> // [D' dD'|q' dq']; first by rewrite VC; exact: V_at_most_C.
  by rewrite VC C4; apply: up_to_half_does_not_pay => //; exact: small.
Qed.

Theorem p_data_and_one_half p : density p -> equilibrium p p one_half /\ V p p one_half = (- ln 4)%:E.
Proof.
move=> dp; split; last exact: V_at_one_half.
apply/(equilibria _ _ dp); split=> //; [exact: one_half_discriminates | exact: ae_always | exact: ae_always |].
by move=> q' _; exact: ae_always.
Qed.

(* In a sigma-finite space the last condition says that D <= 1/2 almost everywhere. *)
Theorem nowhere_above_half D : sigma_finite setT mu -> discriminator D ->
  ((forall q', density q' -> {ae mu, forall x, (q' x != 0)%R -> (D x <= 2^-1)%R}) <-> {ae mu, forall x, (D x <= 2^-1)%R}).
Proof.
move=> [F FT mF] [mD _]; split=> [H|E q' dq']; last by apply: ae_imply E.
pose A := [set x | (2^-1 < D x)%R]; have mA : measurable A by exact: measurable_above.
exists A; split=> //; last by move=> x /=; rewrite /A /= => /negP; rewrite -ltNge.
have Z n : mu (A `&` F n) = 0.
  have [mFn Fn] := mF n; have mAF : measurable (A `&` F n) by exact: measurableI.
  have [//|N] := eqVneq (mu (A `&` F n)) 0.
  have fA : mu (A `&` F n) < +oo.
    by apply: le_lt_trans Fn; apply: le_measure; rewrite ?inE//; exact: subIsetr.
  pose c := fine (mu (A `&` F n)).
  have cE : mu (A `&` F n) = c%:E by rewrite /c fineK// ge0_fin_numE.
  have c0 : (0 < c)%R by rewrite -lte_fin -cE lt_neqAle eq_sym N measure_ge0.
  (* the uniform density on A and F n *)
  have dr : density (fun x => c^-1 * \1_(A `&` F n) x)%R.
    split; first by apply: measurable_multiple; exact: measurable_indicator.
    - by move=> x; rewrite mulr_ge0 ?invr_ge0 ?(ltW c0)// indicE ler0n.
    - under eq_integral do rewrite EFinM.
      rewrite integral_scale.
      + by rewrite integral_indic// setIT cE -EFinM mulVf// gt_eqF.
      + by apply: measurable_real; exact: measurable_indicator.
      + by move=> x; rewrite lee_fin indicE ler0n.
      + by rewrite invr_ge0 ltW.
  have [B [mB B0 sub]] := H _ dr; apply: (subset_measure0 mAF mB) B0 => x [Ax Fx]; apply: sub => /= h.
  have := h _; rewrite indicE mem_set// mulr1 invr_eq0 gt_eqF// => /(_ isT).
  by rewrite leNgt => /negP.
have AE : A = \bigcup_n (A `&` F n) by rewrite -setI_bigcupr -FT setIT.
apply/eqP; rewrite eq_le measure_ge0 andbT {1}AE; apply: le_trans (generalized_Boole_inequality mu _ _) _.
- by move=> n; apply: measurableI => //; case: (mF n).
- by rewrite -AE.
- by rewrite eseries0.
Qed.

Theorem minimax p : density p ->
  ereal_inf [set ereal_sup [set V p q D | D in @discriminator d T R] | q in density] = (- ln 4)%:E /\
  ereal_sup [set ereal_inf [set V p q D | q in density] | D in @discriminator d T R] = (- ln 4)%:E.
Proof.
move=> dp; have [Cp _] := at_equality dp; have S q : density q -> ereal_sup [set V p q D | D in @discriminator d T R] = C p q.
  move=> dq; apply/eqP; rewrite eq_le; apply/andP; split.
    by apply: ub_ereal_sup => _ [D dD <-]; exact: V_at_most_C.
  by apply: ereal_sup_ub; have [dO E] := D_star_attains dp dq; exists (D_star p q).
split; apply/eqP; rewrite eq_le; apply/andP; split.
- by rewrite -Cp -(S p dp); apply: ereal_inf_lb; exists p.
- by apply: lb_ereal_inf => _ [q dq <-]; rewrite S//; case/andP: (C_bounds dp dq).
- apply: ub_ereal_sup => _ [D dD <-]; apply: (@le_trans _ _ (V p p D)); first by apply: ereal_inf_lb; exists p.
  by rewrite -Cp; exact: V_at_most_C.
- apply: (@le_trans _ _ (ereal_inf [set V p q one_half | q in density])).
    by apply: lb_ereal_inf => _ [q dq <-]; rewrite V_at_one_half.
  by apply: ereal_sup_ub; exists one_half => //; exact: one_half_discriminates.
Qed.
End Equilibria.
