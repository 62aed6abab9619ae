(* JSD's integrand in one variable, beside that of the Hellinger distance.

   With a = n (1 + w)^2 and b = n (1 - w)^2, JSD's integrand is n P(w), and that of the Hellinger distance 2 n w^2. *)
From GanTheory Require Import Library Log Algebra Calculus Shape.
Local Open Scope ring_scope.

Section Roots.
Variable R : realType.
Implicit Types s t w x y : R.
Add Field reals : (field_of_reals R).

Definition P w : R := (1 + w) * (1 + w) * ln (1 + w) + (1 - w) * (1 - w) * ln (1 - w) - (1 + w * w) * ln (1 + w * w).
Definition Q w : R := (1 + w) * ln (1 + w) - (1 - w) * ln (1 - w) - w * ln (1 + w * w).
Definition M w : R := ln (1 + w) + ln (1 - w) - ln (1 + w * w) + 2 / (1 + w * w).

Lemma square_plus x : 0 < 1 + x * x.
Proof. by rewrite add_gt0 ?ltr01// -expr2 sqr_ge0. Qed.

Lemma derive_ln_square x : is_derive x 1 (fun t => ln (1 + t * t)) ((1 + x * x)^-1 * (x + x)).
Proof.
apply: (derive_eq (derive_ln (f := fun t => 1 + t * t) (square_plus x) (derive_sum (derive_number 1 x) (derive_square x)))).
by rewrite add0r.
Qed.

Lemma derive_plus x : is_derive x 1 (fun t => 1 + t) 1.
Proof. by apply: (derive_eq (derive_sum (derive_number 1 x) (derive_id x))); rewrite add0r. Qed.

Lemma derive_one_minus x : is_derive x 1 (fun t => 1 - t) (- 1).
Proof. by apply: (derive_eq (derive_sum (derive_number 1 x) (derive_minus (derive_id x)))); rewrite add0r. Qed.

Lemma derive_P x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 P (Q x + Q x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum (derive_sum
  (derive_product (derive_product (derive_plus x) (derive_plus x)) (derive_ln_plus hp))
  (derive_product (derive_product (derive_one_minus x) (derive_one_minus x)) (derive_ln_minus hm)))
  (derive_minus (derive_product (derive_sum (derive_number 1 x) (derive_square x)) (derive_ln_square x))))).
have := square_plus x; rewrite /Q; move: (ln (1 + x)) (ln (1 - x)) (ln (1 + x * x)) hp hm => u v z.
by move=> /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm /lt0r_neq0/eqP hs; fractions.
Qed.

Lemma derive_Q x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 Q (M x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum (derive_sum
  (derive_product (derive_plus x) (derive_ln_plus hp)) (derive_minus (derive_product (derive_one_minus x) (derive_ln_minus hm))))
  (derive_minus (derive_product (derive_id x) (derive_ln_square x))))).
have := square_plus x; rewrite /M; move: (ln (1 + x)) (ln (1 - x)) (ln (1 + x * x)) hp hm => u v z.
by move=> /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm /lt0r_neq0/eqP hs; fractions.
Qed.

Lemma P0 : P 0 = 0. Proof. by rewrite /P mul0r addr0 subr0 ln1; algebra. Qed.
Lemma Q0 : Q 0 = 0. Proof. by rewrite /Q !mul0r !addr0 !subr0 ln1; algebra. Qed.

Lemma M_falls x y : 0 <= x -> x <= y -> y < 1 -> M y <= M x.
Proof.
move=> x0 xy y1; have y0 := le_trans x0 xy; have xx : x * x <= y * y by exact: le_mul.
have [_ px mx] : [/\ 0 <= x, 0 < 1 + x & 0 < 1 - x] by apply: (within (t := y)) => //; rewrite x0.
have [_ py my] : [/\ 0 <= y, 0 < 1 + y & 0 < 1 - y] by apply: (within (t := y)) => //; rewrite y0 lexx.
have s (z : R) : 0 < 1 + z -> 0 < 1 - z -> ln (1 + z) + ln (1 - z) = ln (1 - z * z).
  by move=> hp hm; rewrite -lnM ?posrE//; congr ln; algebra.
have i (z : R) : 0 < 1 + z -> 0 < 1 - z -> 0 < 1 - z * z.
  by move=> hp hm; rewrite (_ : 1 - z * z = (1 + z) * (1 - z)); [rewrite mulr_gt0 | algebra].
rewrite /M !s//; apply: le_add; first apply: le_add.
- by rewrite ler_ln ?posrE ?i// le_add2l le_opp2.
- by rewrite le_opp2 ler_ln ?posrE ?square_plus// le_add2l.
- have := square_plus x; have := square_plus y => sy sx.
  apply: (by_excess (c := 2 * (y * y - x * x) * ((1 + x * x)^-1 * (1 + y * y)^-1))).
    by move: sx sy => /lt0r_neq0/eqP sx /lt0r_neq0/eqP sy; fractions.
  by rewrite !mulr_ge0 ?ler0n ?invr_ge0 ?(ltW sx) ?(ltW sy)// subr_ge0.
Qed.

Lemma M_below x : 0 < 1 + x -> 0 < 1 - x -> M x <= 2.
Proof.
move=> px mx; have s := square_plus x; rewrite /M.
have h1 : 0 <= 1 + x - 1 - ln (1 + x) by rewrite subr_ge0 ln_below.
have h2 : 0 <= 1 - x - 1 - ln (1 - x) by rewrite subr_ge0 ln_below.
have h3 : 0 <= ln (1 + x * x) - (1 - (1 + x * x)^-1) by rewrite subr_ge0 ln_above.
apply: (by_excess (c := (1 + x - 1 - ln (1 + x)) + (1 - x - 1 - ln (1 - x)) + (ln (1 + x * x) - (1 - (1 + x * x)^-1)) +
  3%:R * (x * x) / (1 + x * x))); last first.
  apply: (addr_ge0 (addr_ge0 (addr_ge0 h1 h2) h3)).
  by rewrite divr_ge0 ?(ltW s)// mulr_ge0 ?ler0n// -expr2 sqr_ge0.
by move: (ln (1 + x)) (ln (1 - x)) (ln (1 + x * x)) (lt0r_neq0 s) => u v z /eqP h; fractions.
Qed.

Lemma Q_ratio s t : 0 < s -> s < t -> t < 1 -> Q t * s <= Q s * t.
Proof.
move=> s0 st t1; rewrite -le_opp2 -!mulNr.
apply: (ratio_grows (f := fun x => - Q x) (df := fun x => - M x) (k := fun x => x) (dk := fun _ => 1) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; apply: derive_minus; exact: derive_Q.
- by rewrite Q0 oppr0.
- by [].
- by move=> x _; exact: ltr01.
- by move=> x y x0 xy yt; rewrite !mulr1 le_opp2 M_falls ?ltW// (lt_trans yt).
Qed.

Lemma P_ratio s t : 0 < s -> s < t -> t < 1 -> P t * (s * s) <= P s * (t * t).
Proof.
move=> s0 st t1; rewrite -le_opp2 -!mulNr.
apply: (ratio_grows (f := fun x => - P x) (df := fun x => - (Q x + Q x)) (k := fun x => x * x) (dk := fun x => x + x) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; apply: derive_minus; exact: derive_P.
- by move=> x _; exact: derive_square.
- by rewrite P0 oppr0.
- exact: mulr0.
- by move=> x /andP[x0 _]; rewrite addr_gt0.
- move=> x y x0 xy yt; rewrite !mulNr le_opp2.
  have h := Q_ratio x0 xy (lt_trans yt t1); apply: (by_excess (c := 4%:R * (Q x * y - Q y * x))); first by algebra.
  by rewrite mulr_ge0 ?ler0n// subr_ge0.
Qed.

Lemma P_below t : 0 <= t < 1 -> P t <= 2 * (t * t).
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := 2 * (x * x) + - P x.
have -> : 0 = f 0 by rewrite /f P0; algebra.
apply: (grows (df := fun x => 2 * (x + x) - (Q x + Q x))) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (derive_number 2 x) (derive_square x)) (derive_minus (derive_P px mx)))).
  by rewrite mulr0 addr0.
- move: x0; rewrite le_eqVlt => /orP[/eqP <-|x0]; first by rewrite Q0 !addr0 mulr0 subrr.
  have h y : 0 <= y <= x -> is_derive y 1 Q (M y) by move=> yx; have [] := within yx; [rewrite -subr_gt0 | move=> *; exact: derive_Q].
  have [c cx] := mean_value x0 h; rewrite Q0 !subr0 => ->.
  have [||c0 pc mc] := @within R c x; [by move: cx => /andP[a b]; rewrite !ltW | by rewrite -subr_gt0 |].
  have := M_below pc mc => hM.
  by apply: (by_excess (c := 2 * ((2 - M c) * x))); [algebra | rewrite !mulr_ge0 ?ler0n ?subr_ge0 ?(ltW x0)].
Qed.

(* Towards w = 1, where P is 2 log 2. *)
Lemma P_above t : 0 <= t < 1 -> 2 * ln 2 * (t * t) <= P t.
Proof.
move=> /andP[]; rewrite le_eqVlt => /orP[/eqP <- _|t0 t1]; first by rewrite P0 !mulr0.
have [d0 /andP[_ l1]] : 0 < 1 - t /\ (2^-1 <= ln 2 :> R) && (ln 2 <= 1 :> R) by rewrite subr_gt0 ln2_between.
apply: (in_the_limit d0 (k := 5%:R + 2 * `|P t|)); first by rewrite add_gt0 ?mulr_ge0 ?ltr0n.
move=> e e0 ed; pose x := 1 - e; have ex : 1 - x = e by rewrite /x; algebra.
have tx : t < x by rewrite /x -subr_gt0 (_ : _ - _ = 1 - t - e); [rewrite subr_gt0 | algebra].
have x1 : x < 1 by rewrite /x -subr_gt0 opprB addrCA subrr addr0.
have x0 := lt_trans t0 tx.
have px : 0 < 1 + x by rewrite addr_gt0.
have e1 : e < 1 by rewrite -subr_gt0.
have tt1 : t * t <= 1 by rewrite mulr_ile1// ltW.
have Px : 2 * ln 2 - 5%:R * e <= P x.
  have h1 : ln 2 - e <= ln (1 + x).
    have h : 0 < (1 + x) / 2 by rewrite divr_gt0 ?ltr0n.
    have := ln_above h; rewrite ln_div ?posrE ?ltr0n// => h1.
    apply: (by_excess (c := (ln (1 + x) - ln 2 - (1 - ((1 + x) / 2)^-1)) + e * x / (1 + x))).
      move: (ln (1 + x)) (ln 2) (lt0r_neq0 px) => u v /eqP hp; rewrite -ex.
      by fractions.
    by rewrite addr_ge0 ?subr_ge0// divr_ge0 ?mulr_ge0// ltW.
  have h2 : - e <= (1 - x) * (1 - x) * ln (1 - x).
    rewrite ex.
    have := ln_above e0 => h; apply: (by_excess (c := e * e * (ln e - (1 - e^-1)) + e * e)).
      by move: (ln e) (lt0r_neq0 e0) => u /eqP he; fractions.
    by rewrite addr_ge0// !mulr_ge0 ?subr_ge0// ltW.
  have h3 : ln (1 + x * x) <= ln (1 + x) by rewrite ler_ln ?posrE ?square_plus// le_add2l le_share ?ltW//.
  have h4 : 0 <= ln (1 + x * x) by rewrite ln_ge0// le_addl -expr2 sqr_ge0.
  rewrite /P; apply: (by_excess (c := (1 + x * x) * (ln (1 + x) - ln (1 + x * x)) + 2 * x * (ln (1 + x) - (ln 2 - e)) +
    ((1 - x) * (1 - x) * ln (1 - x) - - e) + 2 * e * (1 - ln 2) + 2 * (e * e))).
    by rewrite -ex; move: (ln (1 + x)) (ln (1 - x)) (ln (1 + x * x)) (ln 2) => u v z l; algebra.
  have k1 : 0 <= (1 + x * x) * (ln (1 + x) - ln (1 + x * x)) by rewrite mulr_ge0 ?subr_ge0// ltW// square_plus.
  have k2 : 0 <= 2 * x * (ln (1 + x) - (ln 2 - e)) by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// ltW.
  have k3 : 0 <= (1 - x) * (1 - x) * ln (1 - x) - - e by rewrite subr_ge0.
  have k4 : 0 <= 2 * e * (1 - ln 2) by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// ltW.
  have k5 : 0 <= 2 * (e * e) by rewrite mulr_ge0 ?ler0n// mulr_ge0 ?(ltW e0).
  exact: (addr_ge0 (addr_ge0 (addr_ge0 (addr_ge0 k1 k2) k3) k4) k5).
have h := P_ratio t0 tx x1.
have hn : 0 <= `|P t| - P t by rewrite subr_ge0 ler_norm.
have hp : 0 <= `|P t| + P t by rewrite -[P t in X in _ + X]opprK subr_ge0 -normrN ler_norm.
apply: (by_excess (c := (P t * (x * x) - P x * (t * t)) + (P x - (2 * ln 2 - 5%:R * e)) * (t * t) + 5%:R * e * (1 - t * t) +
  (2 - e) * e * (`|P t| + P t) + e * e * `|P t|)).
  by rewrite /x; move: (P t) (P x) `|P t| (ln 2) => u v z l; algebra.
have e2 : 0 <= 2 - e by rewrite subr_ge0 (le_trans (ltW e1))// (_ : 2 = 1 + 1)// le_addl ler01.
have k1 : 0 <= P t * (x * x) - P x * (t * t) by rewrite subr_ge0.
have k2 : 0 <= (P x - (2 * ln 2 - 5%:R * e)) * (t * t) by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?(ltW t0).
have k3 : 0 <= 5%:R * e * (1 - t * t) by rewrite mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// ltW.
have k4 : 0 <= (2 - e) * e * (`|P t| + P t) by rewrite mulr_ge0// mulr_ge0// ltW.
have k5 : 0 <= e * e * `|P t| by rewrite mulr_ge0// mulr_ge0 ?(ltW e0).
exact: (addr_ge0 (addr_ge0 (addr_ge0 (addr_ge0 k1 k2) k3) k4) k5).
Qed.
End Roots.
