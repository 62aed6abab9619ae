(* At one point x: a = p_data(x), b = p_g(x), y = D(x), s = D*(x).

   log 0 is -oo, and mathcomp has 0 * -oo = 0, so that 0 log 0 = 0 as the theory has it, and D may be 0 or 1.
   Everything here comes from one inequality, ln t <= t - 1, which is an equality at t = 1 alone. *)
From GanTheory Require Import Library.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b s t x y n : R.

Lemma exp_above x : 1 + x <= expR x.
Proof.
have [x0|x0] := leP 0 x; first exact: expR_ge1Dx.
have E z : z \in `]x, (0:R)[ -> is_derive z 1 (@expR R) (expR z) by move=> _; exact: is_derive_expR.
have C : {within `[x, (0:R)], continuous (@expR R)}.
  by apply: continuous_subspaceT => z; exact: continuous_expR.
have [c] := MVT x0 E C.
rewrite in_itv /= => /andP[xc c0]; rewrite expR0 sub0r => H.
have : 0 <= (1 - expR c) * - x.
  by rewrite mulr_ge0 ?oppr_ge0 ?(ltW x0)// subr_ge0 -(@expR0 R) ler_expR ltW.
by rewrite mulrBl mul1r -H opprB addrCA => h; rewrite -subr_ge0 opprD [- 1 - x]addrC.
Qed.

(* Strictly, by the square of the inequality at x/2. *)
Lemma exp_strictly_above x : x != 0 -> 1 + x < expR x.
Proof.
have E : x = x / 2 + x / 2 by rewrite -mulrDl -mulr2n -[x *+ 2]mulr_natr mulfK ?pnatr_eq0.
move=> x0; have [h|h] := leP 0 (1 + x / 2).
- apply: (@lt_le_trans _ _ ((1 + x / 2) ^+ 2)).
    rewrite sqrrD expr1n mul1r mulr2n -E -subr_gt0 addrC addKr.
    by rewrite lt_neqAle sqr_ge0 andbT eq_sym sqrf_eq0 mulf_eq0 negb_or x0 invr_eq0 pnatr_eq0.
  by rewrite [in leRHS]E expRD -expr2 ler_sqr ?nnegrE ?(ltW (expR_gt0 _))// exp_above.
- apply: (@lt_trans _ _ 0); last exact: expR_gt0.
  rewrite E addrA; have k : x / 2 < 0.
    by apply: lt_trans (_ : - 1 < 0); rewrite ?oppr_lt0 ?ltr01// -subr_gt0 -opprD oppr_gt0.
  by rewrite -oppr_gt0 opprD addr_gt0// oppr_gt0.
Qed.

Lemma ln_below t : 0 < t -> ln t <= t - 1.
Proof. by move=> t0; have := exp_above (ln t); rewrite lnK// -subr_ge0 => h; rewrite -subr_ge0 -addrA -opprD. Qed.

Lemma ln_strictly_below t : 0 < t -> t != 1 -> ln t < t - 1.
Proof.
move=> t0 t1; have l0 : ln t != 0 by apply: contra t1 => /eqP l0; rewrite -(lnK (_ : t \in Num.pos))// l0 expR0.
by have := exp_strictly_above l0; rewrite lnK// -subr_gt0 => h; rewrite -subr_gt0 -addrA -opprD.
Qed.

Lemma ln4 : ln 4 = (ln 2 + ln 2)%R :> R.
Proof. by rewrite -lnM ?posrE ?ltr0n// -natrM. Qed.

Lemma ln2_ge0 : (0 <= ln 2 :> R)%R.
Proof. by rewrite ln_ge0// ler1n. Qed.

Lemma half_unit : (0 <= 2^-1 :> R)%R && (2^-1 <= 1 :> R)%R.
Proof. by rewrite invr_ge0 ler0n/= invf_le1 ?ltr0n// ler1n. Qed.

Lemma one_minus_half : (1 - 2^-1 = 2^-1 :> R)%R.
Proof. by rewrite [X in (X - _)%R](splitr 1) mul1r addrK. Qed.

Local Open Scope ereal_scope.

Definition log x : \bar R := if (0 < x)%R then (ln x)%:E else -oo.

Lemma log_pos x : (0 < x)%R -> log x = (ln x)%:E.
Proof. by rewrite /log => ->. Qed.

Lemma log0 : log 0 = -oo.
Proof. by rewrite /log ltxx. Qed.

Lemma log_half : log 2^-1 = (- ln 2)%:E :> \bar R.
Proof. by rewrite log_pos ?invr_gt0 ?ltr0n// lnV ?posrE ?ltr0n. Qed.

Lemma log_le0 x : (x <= 1)%R -> log x <= 0.
Proof.
move=> x1; rewrite /log; case: ifPn => [x0|_]; last exact: leNye.
rewrite lee_fin; apply: le_trans (ln_below x0) _.
by rewrite -oppr_ge0 opprB subr_ge0.
Qed.

Lemma log_lt0 x : (x < 1)%R -> log x < 0.
Proof.
move=> x1; rewrite /log; case: ifP => [x0|_]; last exact: ltNy0.
by rewrite lte_fin; apply: le_lt_trans (ln_below x0) _; rewrite subr_lt0.
Qed.

Lemma log_chain s y : (0 < s)%R -> - log y = - log s + - log (y / s).
Proof.
move=> s0; rewrite (log_pos s0) /log; have [y0|y0] := boolP (0 < y)%R.
  by rewrite divr_gt0// -!EFinN -EFinD -opprD ln_div ?posrE// addrC subrK.
by rewrite ifF //; apply: contraNF y0 => h; rewrite -(divfK (lt0r_neq0 s0) y) mulr_gt0.
Qed.

(* The mass a times minus the logarithm of the probability y: never negative, so that its integral always exists. *)
Definition cost a y : \bar R := a%:E * - log y.

Lemma cost0 y : cost 0 y = 0.
Proof. by rewrite /cost mul0e. Qed.

Lemma cost_ge0 a y : (0 <= a)%R -> (y <= 1)%R -> 0 <= cost a y.
Proof. by move=> a0 y1; rewrite /cost mule_ge0 ?lee_fin// oppe_ge0 log_le0. Qed.

Lemma cost_not_ninfty a y : (0 <= a)%R -> cost a y != -oo.
Proof.
move=> a0; rewrite /cost /log; case: ifP => // _ /=.
move: a0; rewrite le_eqVlt => /orP[/eqP <-|a0]; first by rewrite mul0e.
by rewrite gt0_muley ?lte_fin.
Qed.

Lemma cost_at_half a : cost a 2^-1 = a%:E * (ln 2)%:E.
Proof. by rewrite /cost log_half -EFinN opprK. Qed.

(* The cost at y, relative to 1/2. *)
Lemma cost_half a y : (0 <= a)%R -> cost a y = (a * ln 2)%:E + cost a (y / 2^-1).
Proof.
move=> a0; rewrite /cost (log_chain y (_ : 0 < 2^-1)%R) ?invr_gt0 ?ltr0n// log_half -EFinN opprK.
rewrite EFinM -muleDr// /log; by case: ifP.
Qed.

(* The cost at y, relative to the share of a in n. *)
Lemma cost_split a n y : (0 <= a)%R -> (0 < n)%R -> cost a y = cost a (a / n) + n%:E * cost (a / n) (y / (a / n)).
Proof.
move=> a0 n0; move: a0; rewrite le_eqVlt => /orP[/eqP <-|a0].
  by rewrite mul0r !cost0 mule0 adde0.
have s0 : (0 < a / n)%R by rewrite divr_gt0.
rewrite /cost [X in a%:E * X](log_chain _ s0) muleA -EFinM mulrCA divff ?gt_eqF// mulr1 -muleDr//.
by rewrite (log_pos s0) /log; case: ifP.
Qed.

(* Gibbs' inequality at a point, strict unless the two are equal. *)
Lemma gibbs s y : (0 <= s)%R -> (0 <= y)%R -> (s - y)%:E <= cost s (y / s).
Proof.
rewrite le_eqVlt => /orP[/eqP <- y0|s0]; first by rewrite cost0 lee_fin sub0r oppr_le0.
rewrite le_eqVlt => /orP[/eqP <-|y0].
  by rewrite /cost mul0r log0 /= gt0_muley ?leey// lte_fin.
have ys : (0 < y / s)%R by rewrite divr_gt0.
rewrite /cost log_pos// -EFinN -EFinM lee_fin.
have : (0 <= s * (y / s - 1 - ln (y / s)))%R by rewrite mulr_ge0 ?(ltW s0)// subr_ge0 ln_below.
by rewrite mulrBr mulrBr mulr1 mulrCA divff ?gt_eqF// mulr1 => h; rewrite -subr_ge0 mulrN opprB addrC.
Qed.

Lemma gibbs_strict s y : (0 <= s)%R -> (0 <= y)%R -> s != y -> (s - y)%:E < cost s (y / s).
Proof.
rewrite le_eqVlt => /orP[/eqP <- y0 N|s0].
  by rewrite cost0 lte_fin sub0r oppr_lt0 lt_neqAle N.
rewrite le_eqVlt => /orP[/eqP <- N|y0 N].
  by rewrite /cost mul0r log0 /= gt0_muley ?lte_fin// ltry.
have ys : (0 < y / s)%R by rewrite divr_gt0.
have ys1 : (y / s != 1)%R.
  by apply: contra N => /eqP h; rewrite -[X in _ == X](divfK (lt0r_neq0 s0)) h mul1r.
rewrite /cost log_pos// -EFinN -EFinM lte_fin.
have : (0 < s * (y / s - 1 - ln (y / s)))%R by rewrite mulr_gt0// subr_gt0 ln_strictly_below.
by rewrite mulrBr mulrBr mulr1 mulrCA divff ?gt_eqF// mulr1 => h; rewrite -subr_gt0 mulrN opprB addrC.
Qed.

(* KL(Bernoulli(s) || Bernoulli(y)): by Gibbs' inequality twice, 0 only at y = s. *)
Definition bernoulli_kl s y : \bar R := cost s (y / s) + cost (1 - s) ((1 - y) / (1 - s)).

Lemma differences_cancel s y : 0 = (s - y)%:E + (1 - s - (1 - y))%:E :> \bar R.
Proof. by rewrite -EFinD (_ : (1 - s - (1 - y)) = - (s - y))%R ?subrr// !opprB addrC addrA subrK. Qed.

Lemma bernoulli_kl_ge0 s y : (0 <= s <= 1)%R -> (0 <= y <= 1)%R -> 0 <= bernoulli_kl s y.
Proof.
move=> /andP[s0 s1] /andP[y0 y1].
rewrite (differences_cancel s y).
by rewrite lee_add// gibbs// subr_ge0.
Qed.

Lemma bernoulli_kl_eq0 s y : (0 <= s <= 1)%R -> (0 <= y <= 1)%R -> bernoulli_kl s y = 0 -> y = s.
Proof.
move=> /andP[s0 s1] /andP[y0 y1] E; apply/eqP; rewrite eq_sym; apply/negP => /negP N.
have : 0 < bernoulli_kl s y; last by rewrite E ltxx.
rewrite (differences_cancel s y).
by rewrite lte_le_add// ?gibbs_strict ?gibbs// subr_ge0.
Qed.

Lemma bernoulli_kl_refl s : (0 <= s <= 1)%R -> bernoulli_kl s s = 0.
Proof.
move=> /andP[s0 s1]; have K u : (0 <= u)%R -> cost u (u / u) = 0.
  rewrite le_eqVlt => /orP[/eqP <-|u0]; first by rewrite cost0.
  by rewrite divff ?gt_eqF// /cost log_pos ?ltr01// ln1 oppe0 mule0.
by rewrite /bernoulli_kl !K ?subr_ge0// adde0.
Qed.

(* D* at the point. Where there is no mass at all D* is free, and set to 1/2. *)
Definition optimal a b : R := if (a + b == 0)%R then 2^-1%R else (a / (a + b))%R.

Lemma no_mass a b : (0 <= a)%R -> (0 <= b)%R -> (a + b)%R = 0%R -> a = 0%R /\ b = 0%R.
Proof. by move=> a0 b0 /eqP; rewrite paddr_eq0// => /andP[/eqP -> /eqP ->]. Qed.

Lemma some_mass a b : (0 <= a)%R -> (0 <= b)%R -> (a + b != 0)%R -> (0 < a + b)%R.
Proof. by move=> a0 b0 n0; rewrite lt_neqAle eq_sym n0 addr_ge0. Qed.

Lemma share_le1 a b : (0 <= a)%R -> (0 <= b)%R -> (a / (a + b) <= 1)%R.
Proof.
move=> a0 b0; have [n0|n0] := eqVneq (a + b)%R 0%R; first by rewrite n0 invr0 mulr0 ler01.
by rewrite -subr_ge0 -(divff n0) -mulrBl addrC addKr mulr_ge0// invr_ge0 ltW// some_mass.
Qed.

Lemma optimal_unit a b : (0 <= a)%R -> (0 <= b)%R -> (0 <= optimal a b <= 1)%R.
Proof.
move=> a0 b0; rewrite /optimal; case: ifPn => [_|n0]; first exact: half_unit.
by rewrite share_le1// divr_ge0// addr_ge0.
Qed.

Lemma one_minus_optimal a b : (a + b != 0)%R -> (1 - optimal a b = b / (a + b))%R.
Proof. by move=> n0; rewrite /optimal (negbTE n0) -[X in (X - _)%R](divff n0) -mulrBl addrC addKr. Qed.

Lemma optimal_same a : optimal a a = 2^-1%R.
Proof.
rewrite /optimal; have [|n0] := eqVneq (a + a)%R 0%R; first by [].
have a0 : a != 0%R by apply: contra n0 => /eqP ->; rewrite addr0.
by rewrite (_ : a + a = a * 2)%R ?invfM ?mulrA ?divff ?mul1r// mulr_natr mulr2n.
Qed.

Lemma optimal_half a b : (0 <= a)%R -> (0 <= b)%R -> optimal a b = 2^-1%R -> a = b.
Proof.
move=> a0 b0; rewrite /optimal; case: eqP => [n0 _|/eqP n0 h]; first by have [-> ->] := no_mass a0 b0 n0.
have E : (a = 2^-1 * (a + b))%R by rewrite -h divfK.
have : (a + a = a + b)%R by rewrite {1 2}E -mulrDl -[X in (X + _)%R]mul1r -[X in (_ + X)%R]mul1r -splitr mul1r.
by move/addrI.
Qed.

(* Proposition 1 at a point: what V's integrand is worth at y, what it is worth at D*, and what is lost between them. *)
Theorem regret a b y : (0 <= a)%R -> (0 <= b)%R ->
  cost a y + cost b (1 - y) = cost a (a / (a + b)) + cost b (b / (a + b)) + (a + b)%:E * bernoulli_kl (optimal a b) y.
Proof.
move=> a0 b0; have [n0|n0] := eqVneq (a + b)%R 0%R.
  by have [-> ->] := no_mass a0 b0 n0; rewrite addr0 mul0e !cost0 !adde0.
have np := some_mass a0 b0 n0.
rewrite (cost_split y a0 np) (cost_split (1 - y) b0 np) /bernoulli_kl one_minus_optimal//.
have -> : optimal a b = (a / (a + b))%R by rewrite /optimal (negbTE n0).
rewrite addeACA muleDr//.
have H u z : (0 <= u)%R -> cost (u / (a + b)) z != -oo by move=> u0; rewrite cost_not_ninfty// divr_ge0// ltW.
by move: (H a (y / (a / (a + b)))%R a0) (H b ((1 - y) / (b / (a + b)))%R b0); case: (cost _ _) => [r| |]; case: (cost _ _) => [r'| |].
Qed.

(* Where D > 1/2 a generated point costs less than at 1/2. *)
Lemma beyond_half y : (2^-1 < y)%R -> ((1 - y) / 2^-1 < 1)%R.
Proof.
move=> h; have h0 : (0 < 2^-1 :> R)%R by rewrite invr_gt0 ltr0n.
have -> : ((1 - y) / 2^-1 = 1 - (y - 2^-1) / 2^-1)%R.
  rewrite -[X in (_ = X - _)%R](divff (lt0r_neq0 h0)) -mulrBl; congr (_ * _)%R.
  by rewrite opprB addrA -[X in (X + _ - _)%R]one_minus_half subrK.
by rewrite -subr_gt0 opprB addrCA subrr addr0 mulr_gt0 ?invr_gt0// subr_gt0.
Qed.

Lemma cost_up_to_half a y : (0 <= a)%R -> (y <= 2^-1)%R -> cost a (1 - y) <= a%:E * (ln 2)%:E.
Proof.
move=> a0 h; have y0 : (2^-1 <= 1 - y)%R by rewrite -subr_ge0 addrAC one_minus_half subr_ge0.
have t0 : (0 < 2^-1 :> R)%R by rewrite invr_gt0 ltr0n.
rewrite /cost lee_wpmul2l ?lee_fin// lee_oppl -EFinN -log_half.
by rewrite !log_pos ?(lt_le_trans t0)// lee_fin ler_ln// posrE (lt_le_trans t0).
Qed.
End AtAPoint.
