(* JSD as the integral of one function of p(x) and q(x), and that function beside others. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence Algebra Calculus Shape.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section AtAPoint.
Variable R : realType.
Implicit Types a b c n t w x y : R.
Add Field reals : (field_of_reals R).

Definition jsd_at a b : R := 2^-1 * ((a + b) * ln 2 + a * ln (a / (a + b)) + b * ln (b / (a + b))).

Lemma jsd_atC a b : jsd_at a b = jsd_at b a.
Proof. by rewrite /jsd_at [b + a]addrC addrAC. Qed.

Lemma jsd_at_alone b : 0 <= b -> jsd_at 0 b = 2^-1 * (b * ln 2).
Proof.
rewrite /jsd_at add0r mul0r addr0 le_eqVlt => /orP[/eqP <-|b0]; first by rewrite !mul0r addr0.
by rewrite divff ?gt_eqF// ln1 mulr0 addr0.
Qed.

(* Of degree 1 in a and b. *)
Lemma jsd_at_scaled c x y : 0 < c -> 0 < x -> 0 < y ->
  jsd_at (c * x) (c * y) = c / 2 * ((x + y) * ln 2 + x * ln x + y * ln y - (x + y) * ln (x + y)).
Proof.
move=> c0 x0 y0; have n0 : 0 < x + y by rewrite addr_gt0.
have cn : 0 < c * x + c * y by rewrite -mulrDr mulr_gt0.
have E z : (c * z) / (c * x + c * y) = z / (x + y).
  by move: (lt0r_neq0 c0) (lt0r_neq0 n0) (lt0r_neq0 cn) => /eqP h1 /eqP h2 /eqP h3; fractions.
rewrite /jsd_at !E !ln_div ?posrE//; move: (ln 2) (ln x) (ln y) (ln (x + y)) => l u v s; fractions.
Qed.

(* A function of a and b that does not change when they are exchanged has two cases. *)
Lemma two_cases (prop : R -> R -> Prop) : (forall a b, prop a b -> prop b a) -> (forall b, 0 <= b -> prop 0 b) ->
  (forall a b, 0 < b -> b <= a -> prop a b) -> forall a b, 0 <= a -> 0 <= b -> prop a b.
Proof.
move=> sym alone both a b; rewrite le_eqVlt => /orP[/eqP <-|a0]; first exact: alone.
rewrite le_eqVlt => /orP[/eqP <-|b0]; first by apply: sym; apply: alone; exact: ltW.
have [ba|/ltW ab] := leP b a; first exact: both.
by apply: sym; exact: both.
Qed.

(* a = c (1 + t), b = c (1 - t). *)
Lemma about_the_middle a b : 0 < b -> b <= a -> exists c t, [/\ 0 < c, 0 <= t < 1, a = c * (1 + t) & b = c * (1 - t)].
Proof.
move=> b0 ba; have a0 := lt_le_trans b0 ba; have n0 : 0 < a + b by rewrite addr_gt0.
have n1 : a + b <> 0 by apply/eqP; exact: lt0r_neq0.
exists ((a + b) / 2), ((a - b) / (a + b)); split; [by rewrite divr_gt0 ?ltr0n | | by fractions | by fractions].
rewrite divr_ge0 ?subr_ge0 ?(ltW n0)//= -subr_gt0 (_ : _ - _ = 2 * b / (a + b)); last by fractions.
by rewrite divr_gt0// mulr_gt0 ?ltr0n.
Qed.

Lemma jsd_at_middle c t : 0 < c -> 0 <= t < 1 -> jsd_at (c * (1 + t)) (c * (1 - t)) = c / 2 * G t.
Proof.
move=> c0 /andP[t0 t1]; have [||_ tp tm] := @within R t t; rewrite ?t0 ?lexx//.
rewrite jsd_at_scaled// (_ : 1 + t + (1 - t) = 2); last by algebra.
by congr (_ * _); rewrite /G; move: (ln 2) (ln (1 + t)) (ln (1 - t)) => l u v; algebra.
Qed.

Definition delta_at a b : R := 2^-1 * ((a - b) * (a - b) / (a + b)).

Lemma delta_atC a b : delta_at a b = delta_at b a.
Proof. by rewrite /delta_at [b + a]addrC -[b - a]opprB mulrNN. Qed.

Lemma delta_at_alone b : 0 <= b -> delta_at 0 b = 2^-1 * b.
Proof.
rewrite /delta_at !add0r mulrNN le_eqVlt => /orP[/eqP <-|b0]; first by rewrite !mul0r.
by rewrite mulfK// gt_eqF.
Qed.

Lemma delta_at_middle c t : 0 < c -> delta_at (c * (1 + t)) (c * (1 - t)) = c * (t * t).
Proof.
move=> c0; rewrite /delta_at (_ : c * (1 + t) + c * (1 - t) = 2 * c); last by algebra.
by move: (lt0r_neq0 c0) => /eqP h; fractions.
Qed.

Lemma half0 : 0 <= 2^-1 :> R. Proof. by rewrite invr_ge0 ler0n. Qed.

Lemma jsd_at_and_delta a b : 0 <= a -> 0 <= b -> 2^-1 * delta_at a b <= jsd_at a b <= ln 2 * delta_at a b.
Proof.
move: a b; apply: two_cases => [a b|b b0|a b b0 ba]; first by rewrite delta_atC jsd_atC.
- rewrite jsd_at_alone// delta_at_alone//; have /andP[l _] := ln2_between R; apply/andP; split; last first.
    by apply: (by_excess (c := 0)) => //; move: (ln 2) => k; algebra.
  by rewrite [b * _]mulrC le_mull ?half0// le_mulr.
- have [c [t [c0 t01 -> ->]]] := about_the_middle b0 ba; rewrite jsd_at_middle// delta_at_middle//.
  have hl := G_above t01; have hu := G_below t01; apply/andP; split.
  + apply: (by_excess (c := c / 2 * (G t - t * t))); first by fractions.
    by rewrite mulr_ge0 ?subr_ge0// divr_ge0 ?ler0n// ltW.
  + apply: (by_excess (c := c / 2 * (2 * ln 2 * (t * t) - G t))); first by move: (ln 2) => l; fractions.
    by rewrite mulr_ge0 ?subr_ge0// divr_ge0 ?ler0n// ltW.
Qed.

Lemma delta_at_ge0 a b : 0 <= a -> 0 <= b -> 0 <= delta_at a b.
Proof. by move=> a0 b0; rewrite /delta_at mulr_ge0 ?half0// divr_ge0 ?addr_ge0// -expr2 sqr_ge0. Qed.

Lemma jsd_at_ge0 a b : 0 <= a -> 0 <= b -> 0 <= jsd_at a b.
Proof.
move=> a0 b0; have /andP[h _] := jsd_at_and_delta a0 b0; apply: le_trans h.
by rewrite mulr_ge0 ?half0// delta_at_ge0.
Qed.

Definition hellinger_at a b : R := 2^-1 * ((Num.sqrt a - Num.sqrt b) * (Num.sqrt a - Num.sqrt b)).

Lemma jsd_at_and_hellinger a b : 0 <= a -> 0 <= b -> ln 2 * hellinger_at a b <= jsd_at a b <= hellinger_at a b.
Proof.
move: a b; apply: two_cases => [a b|b b0|a b b0 ba].
- by rewrite jsd_atC /hellinger_at -[Num.sqrt b - _]opprB mulrNN.
- rewrite jsd_at_alone// /hellinger_at sqrtr0 sub0r mulrNN -expr2 sqr_sqrtr//.
  have /andP[_ l] := ln2_between R; apply/andP; split.
    by apply: (by_excess (c := 0)) => //; move: (ln 2) => k; algebra.
  by apply: le_mull; [exact: half0 | rewrite [(b * _)%R]mulrC; exact: le_share].
- have a0 := lt_le_trans b0 ba; pose x := Num.sqrt a; pose y := Num.sqrt b; rewrite /hellinger_at -/x -/y.
  have x0 : 0 < x by rewrite sqrtr_gt0.
  have y0 : 0 < y by rewrite sqrtr_gt0.
  have xy : 0 <= x - y by rewrite subr_ge0; exact: ler_wsqrtr.
  have -> : a = x * x by rewrite -expr2 sqr_sqrtr// ltW.
  have -> : b = y * y by rewrite -expr2 sqr_sqrtr// ltW.
  have n0 : 0 < x + y by rewrite addr_gt0.
  have n1 : x + y <> 0 by apply/eqP; exact: lt0r_neq0.
  pose w := (x - y) / (x + y); pose m := (x + y) / 2 * ((x + y) / 2).
  have w0 : 0 <= w by rewrite divr_ge0// ltW.
  have w1 : w < 1 by rewrite -subr_gt0 (_ : _ - _ = 2 * y / (x + y)); [rewrite divr_gt0// mulr_gt0 ?ltr0n | rewrite /w; fractions].
  have w01 : 0 <= w < 1 by rewrite w0.
  have [||_ wp wm] := @within R w w; rewrite ?w0 ?lexx//.
  have m0 : 0 < m by rewrite mulr_gt0 ?divr_gt0 ?ltr0n.
  have -> : x * x = m * ((1 + w) * (1 + w)) by rewrite /m /w; fractions.
  have -> : y * y = m * ((1 - w) * (1 - w)) by rewrite /m /w; fractions.
  have -> : 2^-1 * ((x - y) * (x - y)) = m * (2 * (w * w)) by rewrite /m /w; fractions.
  have -> : jsd_at (m * ((1 + w) * (1 + w))) (m * ((1 - w) * (1 - w))) = m * P w.
    rewrite jsd_at_scaled ?mulr_gt0// (_ : (1 + w) * (1 + w) + (1 - w) * (1 - w) = 2 * (1 + w * w)); last by algebra.
    rewrite (lnM wp wp) (lnM wm wm) lnM ?posrE ?ltr0n ?square_plus// /P.
    by move: (ln 2) (ln (1 + w)) (ln (1 - w)) (ln (1 + w * w)) => l u v s; fractions.
  have hl := P_above w01; have hu := P_below w01; rewrite mulrCA !le_pmull//.
  by rewrite hu andbT mulrCA mulrA.
Qed.

(* KL's integrand, with b - a added. *)
Lemma jsd_at_and_kl a b : 0 < a -> 0 < b -> jsd_at a b <= 2^-1 * ln 2 * (a * (ln a - ln b) + (b - a)).
Proof.
move=> a0 b0; have [ba|/ltW ab] := leP b a; last first.
- pose t := 1 - a / b; have bn := lt0r_neq0 b0; have bn' : b <> 0 by apply/eqP.
  have et : 1 - t = a / b by rewrite /t; algebra.
  have ea : a = b * (1 - t) by rewrite et; fractions.
  have tm : 0 < 1 - t by rewrite et divr_gt0.
  have t0 : 0 <= t by apply: (by_excess (c := (b - a) / b)); [rewrite /t; fractions | rewrite divr_ge0 ?subr_ge0// ltW].
  have t01 : 0 <= t < 1 by rewrite t0 -subr_gt0.
  have h := F_below t01; rewrite ea -[X in jsd_at _ X]mulr1 jsd_at_scaled ?ltr01// ln1 lnM ?posrE//.
  apply: (by_excess (c := b / 2 * (ln 2 * K t - F t))).
    rewrite /K /F (_ : 1 - t + 1 = 2 - t); last by algebra.
    by move: (ln 2) (ln b) (ln (1 - t)) (ln (2 - t)) => l u v s; fractions.
  by rewrite mulr_ge0 ?subr_ge0// divr_ge0 ?ler0n// ltW.
- pose t := 1 - b / a; have an := lt0r_neq0 a0; have an' : a <> 0 by apply/eqP.
  have et : 1 - t = b / a by rewrite /t; algebra.
  have eb : b = a * (1 - t) by rewrite et; fractions.
  have tm : 0 < 1 - t by rewrite et divr_gt0.
  have t0 : 0 <= t by apply: (by_excess (c := (a - b) / a)); [rewrite /t; fractions | rewrite divr_ge0 ?subr_ge0// ltW].
  have t01 : 0 <= t < 1 by rewrite t0 -subr_gt0.
  have h := F_half t01; have /andP[l2 _] := ln2_between R; have k0 : 0 <= K' t.
    have := ln_below tm => hl; apply: (by_excess (c := 1 - t - 1 - ln (1 - t))); last by rewrite subr_ge0.
    by rewrite /K'; move: (ln (1 - t)) => u; algebra.
  rewrite jsd_atC eb -[X in jsd_at _ X]mulr1 jsd_at_scaled ?ltr01// ln1 lnM ?posrE//.
  apply: (by_excess (c := a / 2 * (2^-1 * (K' t - 2 * F t) + (ln 2 - 2^-1) * K' t))).
    rewrite /K' /F (_ : 1 - t + 1 = 2 - t); last by algebra.
    by move: (ln 2) (ln a) (ln (1 - t)) (ln (2 - t)) => l u v s; fractions.
  rewrite mulr_ge0 ?divr_ge0 ?ler0n ?(ltW a0)//.
  have k1 : 0 <= 2^-1 * (K' t - 2 * F t) by rewrite mulr_ge0 ?half0// subr_ge0.
  have k2 : 0 <= (ln 2 - 2^-1) * K' t by rewrite mulr_ge0// subr_ge0.
  exact: (addr_ge0 k1 k2).
Qed.

(* Jeffreys' integrand. *)
Lemma jsd_at_and_jeffreys a b : 0 < a -> 0 < b -> 8%:R * jsd_at a b <= (a - b) * (ln a - ln b).
Proof.
have H a' b' : 0 < b' -> b' <= a' -> 8%:R * jsd_at a' b' <= (a' - b') * (ln a' - ln b').
  move=> b0 ba; have [c [t [c0 t01 -> ->]]] := about_the_middle b0 ba; rewrite jsd_at_middle//.
  have h := G_and_L t01; have /andP[t0 t1] := t01; have [||_ tp tm] := @within R t t; rewrite ?t0 ?lexx//.
  rewrite !lnM ?posrE//; apply: (by_excess (c := 2 * (c * (t * L t - (G t + G t))))).
    by rewrite /L; move: (G t) (ln c) (ln (1 + t)) (ln (1 - t)) => g u v s; fractions.
  by rewrite mulr_ge0 ?ler0n// mulr_ge0 ?subr_ge0// ltW.
move=> a0 b0; have [ba|/ltW ab] := leP b a; first exact: H.
by rewrite jsd_atC (_ : (a - b) * (ln a - ln b) = (b - a) * (ln b - ln a)) ?H//; move: (ln a) (ln b) => u v; algebra.
Qed.
End AtAPoint.
