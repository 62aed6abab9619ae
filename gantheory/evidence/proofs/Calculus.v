(* From derivatives to inequalities: the mean value theorem, Cauchy's, and how a ratio grows where that of the derivatives does. *)
From GanTheory Require Import Library Log Algebra.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Calculus.
Variable R : realType.
Implicit Types (f g k : R -> R) (a b c s t x y : R).
Add Field reals : (field_of_reals R).

(* Rules of differentiation, for functions written at a point. *)
Lemma derive_sum f g x a b : is_derive x 1 f a -> is_derive x 1 g b -> is_derive x 1 (fun t => f t + g t) (a + b).
Proof. by move=> hf hg; exact: is_deriveD. Qed.

Lemma derive_minus f x a : is_derive x 1 f a -> is_derive x 1 (fun t => - f t) (- a).
Proof. by move=> hf; exact: is_deriveN. Qed.

Lemma derive_product f g x a b : is_derive x 1 f a -> is_derive x 1 g b -> is_derive x 1 (fun t => f t * g t) (f x * b + g x * a).
Proof. by move=> hf hg; exact: is_deriveM. Qed.

Lemma derive_number c x : is_derive x 1 (fun _ : R => c) 0.
Proof. exact: is_derive_cst. Qed.

Lemma derive_id x : is_derive x 1 (fun t => t) 1.
Proof. exact: is_derive_id. Qed.

Lemma derive_ln f x a : 0 < f x -> is_derive x 1 f a -> is_derive x 1 (fun t => ln (f t)) ((f x)^-1 * a).
Proof. by move=> f0 hf; apply: (@is_derive1_comp R (@ln R) f x) => //; exact: is_derive1_ln. Qed.

Lemma derive_eq f x a b : is_derive x 1 f a -> a = b -> is_derive x 1 f b.
Proof. by move=> hf <-. Qed.

Lemma mean_value f df a b : a < b -> (forall x, a <= x <= b -> is_derive x 1 f (df x)) ->
  exists2 c, a < c < b & f b - f a = df c * (b - a).
Proof.
move=> ab h; have [||c] := @MVT R f df a b ab.
- by move=> x; rewrite in_itv/= => /andP[ax xb]; apply: h; rewrite !ltW.
- apply: continuous_in_subspaceT => x; rewrite inE/= in_itv/= => /h hx.
  by apply: differentiable_continuous; apply/derivable1_diffP; exact: (@ex_derive _ _ _ _ _ _ _ hx).
by rewrite in_itv/= => cab E; exists c.
Qed.

Lemma grows f df t : 0 <= t -> (forall x, 0 <= x <= t -> is_derive x 1 f (df x)) -> (forall x, 0 <= x <= t -> 0 <= df x) -> f 0 <= f t.
Proof.
rewrite le_eqVlt => /orP[/eqP <- //|t0 h d0]; have [c /andP[c0 ct] E] := mean_value t0 h.
by rewrite -subr_ge0 E subr0 mulr_ge0 ?(ltW t0)// d0// !ltW.
Qed.

(* Cauchy's. *)
Lemma mean_ratio f df k dk a b : a < b -> (forall x, a <= x <= b -> is_derive x 1 f (df x)) ->
  (forall x, a <= x <= b -> is_derive x 1 k (dk x)) -> exists2 c, a < c < b & (f b - f a) * dk c = df c * (k b - k a).
Proof.
move=> ab hf hk; pose h x := f x * (k b - k a) + - (k x * (f b - f a)).
have hh x : a <= x <= b -> is_derive x 1 h (df x * (k b - k a) - dk x * (f b - f a)).
  move=> ax; apply: (derive_eq (derive_sum (derive_product (hf x ax) (derive_number (k b - k a) x))
    (derive_minus (derive_product (hk x ax) (derive_number (f b - f a) x))))); algebra.
have [c cab E] := mean_value ab hh; exists c => //; apply/eqP; rewrite -subr_eq0 -oppr_eq0.
have : (df c * (k b - k a) - dk c * (f b - f a)) * (b - a) = 0 by rewrite -E /h; algebra.
move/eqP; rewrite mulf_eq0 [b - a == 0]subr_eq0 [b == a]gt_eqF// orbF => /eqP <-; apply/eqP; algebra.
Qed.

(* f/k grows from 0 on if f'/k' does, where both begin at 0. *)
Lemma ratio_grows f df k dk s t : 0 < s -> s < t -> (forall x, 0 <= x <= t -> is_derive x 1 f (df x)) ->
  (forall x, 0 <= x <= t -> is_derive x 1 k (dk x)) -> f 0 = 0 -> k 0 = 0 -> (forall x, 0 < x < t -> 0 < dk x) ->
  (forall x y, 0 < x -> x < y -> y < t -> df x * dk y <= df y * dk x) -> f s * k t <= f t * k s.
Proof.
move=> s0 st hf hk f0 k0 dk0 up; have t0 := lt_trans s0 st.
have hf1 x : 0 <= x <= s -> is_derive x 1 f (df x) by move=> /andP[x0 xs]; apply: hf; rewrite x0 (le_trans xs)// ltW.
have hk1 x : 0 <= x <= s -> is_derive x 1 k (dk x) by move=> /andP[x0 xs]; apply: hk; rewrite x0 (le_trans xs)// ltW.
have hf2 x : s <= x <= t -> is_derive x 1 f (df x) by move=> /andP[sx xt]; apply: hf; rewrite xt (le_trans _ sx)// ltW.
have hk2 x : s <= x <= t -> is_derive x 1 k (dk x) by move=> /andP[sx xt]; apply: hk; rewrite xt (le_trans _ sx)// ltW.
have [c /andP[c0 cs]] := mean_ratio s0 hf1 hk1; rewrite f0 k0 !subr0 => Ec.
have [e /andP[se et] Ee] := mean_ratio st hf2 hk2.
have ct := lt_trans cs st; have ce := lt_trans cs se; have e0 := lt_trans c0 ce.
have dc : 0 < dk c by apply: dk0; rewrite c0.
have de : 0 < dk e by apply: dk0; rewrite e0.
have ks : 0 <= k s by have [x /andP[x0 xs]] := mean_value s0 hk1; rewrite k0 !subr0 => ->;
  rewrite mulr_ge0 ?(ltW s0)// ltW// dk0// x0 (lt_trans xs).
have kt : 0 <= k t - k s by have [x /andP[sx xt] ->] := mean_value st hk2;
  rewrite mulr_ge0 ?subr_ge0 ?(ltW st)// ltW// dk0// xt (lt_trans s0).
rewrite -subr_ge0 -(pmulr_rge0 _ (mulr_gt0 dc de)).
apply: (@le_trans _ _ ((df e * dk c - df c * dk e) * (k s * (k t - k s)))).
  by rewrite mulr_ge0 ?mulr_ge0// subr_ge0 up.
rewrite le_eqVlt; apply/orP; left; apply/eqP.
transitivity ((df e * (k t - k s)) * dk c * k s - (df c * k s) * dk e * (k t - k s)); first by algebra.
by rewrite -Ee -Ec; algebra.
Qed.

(* An inequality that holds but for less and less holds. *)
Lemma in_the_limit (m k x d : R) : 0 < d -> 0 < k -> (forall e, 0 < e -> e < d -> x <= m + k * e) -> x <= m.
Proof.
move=> d0 k0 h; rewrite leNgt; apply/negP => mx; pose y := x - m.
have y0 : 0 < y by rewrite subr_gt0.
have n0 : 0 < y + k * d by rewrite addr_gt0// mulr_gt0.
have nn : y + k * d <> 0 by apply/eqP; exact: lt0r_neq0.
have e0 : 0 < y * d / (y + k * d) by rewrite divr_gt0// mulr_gt0.
have ed : y * d / (y + k * d) < d.
  by rewrite -subr_gt0 (_ : _ - _ = k * d * d / (y + k * d)); [rewrite divr_gt0// !mulr_gt0 | fractions].
have := h _ e0 ed; rewrite leNgt => /negP; apply.
rewrite -subr_gt0 (_ : _ - _ = y * y / (y + k * d)); first by rewrite divr_gt0// mulr_gt0.
have -> : x = m + y by rewrite /y; algebra.
by fractions.
Qed.

Lemma ln_above t : 0 < t -> 1 - t^-1 <= ln t.
Proof.
move=> t0; have ti : 0 < t^-1 by rewrite invr_gt0.
by have := ln_below ti; rewrite lnV ?posrE// => h; apply: (by_excess (c := t^-1 - 1 - - ln t)); [algebra | rewrite subr_ge0].
Qed.

Lemma ln2_between : (2^-1 <= ln 2 :> R) && (ln 2 <= 1 :> R).
Proof.
have t0 : (0 < 2 :> R) by rewrite ltr0n.
have := ln_below t0; have := ln_above t0; rewrite one_minus_half => -> h /=.
by rewrite (le_trans h)// (_ : 2 - 1 = 1 :> R)//; algebra.
Qed.
End Calculus.
