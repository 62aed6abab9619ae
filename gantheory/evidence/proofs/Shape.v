(* JSD's integrand in one variable, three times, and how it compares with those of other divergences. *)
From GanTheory Require Import Library Log Algebra Calculus.
Local Open Scope ring_scope.

(* With a = n (1 + t)/2 and b = n (1 - t)/2, JSD's integrand is n/4 times G(t), Jeffreys' n t L(t), that of the triangular discrimination
   n/2 t^2. *)
Section Shape.
Variable R : realType.
Implicit Types c s t x y : R.
Add Field reals : (field_of_reals R).

Definition G t : R := (1 + t) * ln (1 + t) + (1 - t) * ln (1 - t).
Definition L t : R := ln (1 + t) - ln (1 - t).

Lemma within x t : 0 <= x <= t -> t < 1 -> [/\ 0 <= x, 0 < 1 + x & 0 < 1 - x].
Proof. by move=> /andP[x0 xt] t1; split=> //; [rewrite add_gt0// ltr01 | rewrite subr_gt0 (le_lt_trans xt)]. Qed.

Lemma derive_ln_plus x : 0 < 1 + x -> is_derive x 1 (fun t => ln (1 + t)) (1 + x)^-1.
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 1 + t) h (derive_sum (derive_number 1 x) (derive_id x)))).
by rewrite add0r mulr1.
Qed.

Lemma derive_ln_minus x : 0 < 1 - x -> is_derive x 1 (fun t => ln (1 - t)) (- (1 - x)^-1).
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 1 - t) h (derive_sum (derive_number 1 x) (derive_minus (derive_id x))))).
by rewrite add0r mulrN1.
Qed.

Lemma derive_G x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 G (L x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum
  (derive_product (derive_sum (derive_number 1 x) (derive_id x)) (derive_ln_plus hp))
  (derive_product (derive_sum (derive_number 1 x) (derive_minus (derive_id x))) (derive_ln_minus hm)))).
rewrite /L; move: (ln (1 + x)) (ln (1 - x)) hp hm => u v /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm; fractions.
Qed.

Definition dL t : R := (1 + t)^-1 + (1 - t)^-1.

Lemma derive_L x : 0 < 1 + x -> 0 < 1 - x -> is_derive x 1 L (dL x).
Proof.
move=> hp hm; apply: (derive_eq (derive_sum (derive_ln_plus hp) (derive_minus (derive_ln_minus hm)))).
by rewrite opprK.
Qed.

Lemma dLE x : 0 < 1 + x -> 0 < 1 - x -> dL x = 2 * (1 - x * x)^-1.
Proof.
move=> hp hm; have := mulr_gt0 hp hm; rewrite /dL (_ : (1 + x) * (1 - x) = 1 - x * x); last by algebra.
by move: hp hm => /lt0r_neq0/eqP hp /lt0r_neq0/eqP hm /lt0r_neq0/eqP h; fractions.
Qed.

Lemma dL_grows x y : 0 <= x -> x <= y -> y < 1 -> dL x <= dL y.
Proof.
move=> x0 xy y1; have y0 := le_trans x0 xy.
have [_ px mx] : [/\ 0 <= x, 0 < 1 + x & 0 < 1 - x] by apply: (within (t := y)) => //; rewrite x0.
have [_ py my] : [/\ 0 <= y, 0 < 1 + y & 0 < 1 - y] by apply: (within (t := y)) => //; rewrite y0 lexx.
have hx : 0 < 1 - x * x by rewrite (_ : 1 - x * x = (1 + x) * (1 - x)); [rewrite mulr_gt0 | algebra].
have hy : 0 < 1 - y * y by rewrite (_ : 1 - y * y = (1 + y) * (1 - y)); [rewrite mulr_gt0 | algebra].
rewrite !dLE//; apply: (by_excess (c := 2 * (y * y - x * x) * ((1 - y * y)^-1 * (1 - x * x)^-1))).
  by move: hx hy => /lt0r_neq0/eqP hx /lt0r_neq0/eqP hy; fractions.
by rewrite !mulr_ge0 ?ler0n ?invr_ge0 ?(ltW hx) ?(ltW hy)// subr_ge0 le_mul.
Qed.

Lemma G0 : G 0 = 0. Proof. by rewrite /G addr0 subr0 ln1; algebra. Qed.
Lemma L0 : L 0 = 0. Proof. by rewrite /L addr0 subr0 subrr. Qed.

Lemma derive_square x : is_derive x 1 (fun t => t * t) (x + x).
Proof. by apply: (derive_eq (derive_product (derive_id x) (derive_id x))); rewrite !mulr1. Qed.

Lemma L_above t : 0 <= t < 1 -> t + t <= L t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := L x + - (x + x).
have -> : 0 = f 0 by rewrite /f L0; algebra.
apply: (grows (df := fun x => dL x - 2)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- by apply: (derive_eq (derive_sum (derive_L px mx) (derive_minus (derive_sum (derive_id x) (derive_id x))))).
- rewrite subr_ge0; have <- : dL 0 = 2 by rewrite /dL addr0 subr0 invr1.
  by rewrite dL_grows// -subr_gt0.
Qed.

Lemma G_above t : 0 <= t < 1 -> t * t <= G t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := G x + - (x * x).
have -> : 0 = f 0 by rewrite /f G0; algebra.
apply: (grows (df := fun x => L x - (x + x))) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- exact: (derive_sum (derive_G px mx) (derive_minus (derive_square x))).
- by rewrite subr_ge0 L_above// x0 -subr_gt0.
Qed.

Lemma L_ratio s t : 0 < s -> s < t -> t < 1 -> L s * t <= L t * s.
Proof.
move=> s0 st t1; apply: (ratio_grows (df := dL) (k := fun x => x) (dk := fun _ => 1) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_L.
- exact: L0.
- by [].
- by move=> x _; exact: ltr01.
- by move=> x y x0 xy yt; rewrite !mulr1 dL_grows ?ltW// (lt_trans yt).
Qed.

Lemma G_ratio s t : 0 < s -> s < t -> t < 1 -> G s * (t * t) <= G t * (s * s).
Proof.
move=> s0 st t1; apply: (ratio_grows (df := L) (k := fun x => x * x) (dk := fun x => x + x) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_G.
- by move=> x _; exact: derive_square.
- exact: G0.
- exact: mulr0.
- by move=> x /andP[x0 _]; rewrite addr_gt0.
- by move=> x y x0 xy yt; rewrite !mulrDr le_add// L_ratio// (lt_trans yt).
Qed.

(* G <= t L/2. *)
Lemma G_and_L t : 0 <= t < 1 -> G t + G t <= t * L t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := x * L x + - (G x + G x).
have -> : 0 = f 0 by rewrite /f G0 L0; algebra.
apply: (grows (df := fun x => x * dL x - L x)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_product (derive_id x) (derive_L px mx))
    (derive_minus (derive_sum (derive_G px mx) (derive_G px mx))))).
  by algebra.
- move: x0; rewrite subr_ge0 le_eqVlt => /orP[/eqP <-|x0]; first by rewrite mul0r L0.
  have h y : 0 <= y <= x -> is_derive y 1 L (dL y) by move=> yx; have [] := within yx; [rewrite -subr_gt0 | move=> *; exact: derive_L].
  have [c /andP[c0 cx]] := mean_value x0 h; rewrite L0 !subr0 => ->; rewrite mulrC le_mull ?(ltW x0)// dL_grows ?ltW//.
  by rewrite -subr_gt0.
Qed.

(* Towards t = 1, where G is 2 log 2. *)
Lemma G_below t : 0 <= t < 1 -> G t <= 2 * ln 2 * (t * t).
Proof.
move=> /andP[]; rewrite le_eqVlt => /orP[/eqP <- _|t0 t1]; first by rewrite G0 !mulr0.
have G0' : 0 <= G t by apply: le_trans (G_above _); [rewrite mulr_ge0 ?(ltW t0) | rewrite (ltW t0)].
have [d0 l0] : 0 < 1 - t /\ 0 <= ln 2 :> R by rewrite subr_gt0 ln2_ge0.
apply: (in_the_limit d0 (k := 2 * G t + 1)); first by rewrite addrC add_gt0 ?mulr_ge0// ltr01.
move=> e e0 ed; pose x := 1 - e.
have tx : t < x by rewrite /x -subr_gt0 (_ : _ - _ = 1 - t - e); [rewrite subr_gt0 | algebra].
have x1 : x < 1 by rewrite /x -subr_gt0 opprB addrCA subrr addr0.
have x0 := lt_trans t0 tx.
have px : 0 < 1 + x by rewrite addr_gt0.
have Gx : G x <= 2 * ln 2.
  rewrite /G; apply: (@le_trans _ _ (2 * ln 2 + 0)); last by rewrite addr0.
  apply: le_add.
    apply: le_mul; rewrite ?(ltW px)//.
    - by rewrite ln_ge0// le_addl ltW.
    - by rewrite (_ : 2 = 1 + 1)// le_add2l ltW.
    - by rewrite ler_ln ?posrE// ?ltr0n// (_ : 2 = 1 + 1)// le_add2l ltW.
  rewrite mulr_ge0_le0 ?subr_ge0 ?(ltW x1)//; apply: le_trans (ln_below _) _; rewrite ?subr_gt0//.
  by rewrite addrAC subrr add0r oppr_le0 ltW.
have := G_ratio t0 tx x1 => h.
apply: (@le_trans _ _ (2 * ln 2 * (t * t) + 2 * G t * e)); last first.
  by rewrite le_add2l le_mulr ?(ltW e0)// le_addl ler01.
apply: (@le_trans _ _ (G t * (x * x) + 2 * G t * e)).
  by apply: (by_excess (c := G t * (e * e))); [rewrite /x; algebra | rewrite !mulr_ge0// ltW].
by rewrite le_add2r (le_trans h)// le_mulr// mulr_ge0// ltW.
Qed.
End Shape.

(* Beside that of the Hellinger distance: with a = n (1 + w)^2 and b = n (1 - w)^2, JSD's integrand is n P(w), and that of the Hellinger
   distance 2 n w^2. *)
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

(* Beside that of KL: F is twice JSD's integrand at a = 1 - t and b = 1, K is that of KL, and K' is KL's with a and b exchanged. *)
Section Skewed.
Variable R : realType.
Implicit Types s t x y : R.
Add Field reals : (field_of_reals R).

Definition F t : R := (1 - t) * ln (1 - t) - (2 - t) * ln (2 - t) + (2 - t) * ln 2.
Definition dF t : R := ln (2 - t) - ln (1 - t) - ln 2.
Definition ddF t : R := (1 - t)^-1 - (2 - t)^-1.
Definition K t : R := (1 - t) * ln (1 - t) + t.
Definition K' t : R := - ln (1 - t) - t.

Lemma two_minus x : 0 < 1 - x -> 0 < 2 - x.
Proof. by move=> h; rewrite (_ : 2 - x = 1 + (1 - x)); [rewrite addr_gt0// ltr01 | algebra]. Qed.

Lemma derive_shift c x : is_derive x 1 (fun t => c - t) (- 1).
Proof. by apply: (derive_eq (derive_sum (derive_number c x) (derive_minus (derive_id x)))); rewrite add0r. Qed.

Lemma derive_ln_two x : 0 < 1 - x -> is_derive x 1 (fun t => ln (2 - t)) (- (2 - x)^-1).
Proof.
move=> h; apply: (derive_eq (derive_ln (f := fun t => 2 - t) (two_minus h) (derive_shift 2 x))).
by rewrite mulrN1.
Qed.

Lemma derive_F x : 0 < 1 - x -> is_derive x 1 F (dF x).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_sum (derive_product (derive_shift 1 x) (derive_ln_minus h))
  (derive_minus (derive_product (derive_shift 2 x) (derive_ln_two h)))) (derive_product (derive_shift 2 x) (derive_number (ln 2) x)))).
rewrite /dF; move: (lt0r_neq0 h) (lt0r_neq0 (two_minus h)); move: (ln (1 - x)) (ln (2 - x)) (ln 2) => u v l /eqP h1 /eqP h2; fractions.
Qed.

Lemma derive_dF x : 0 < 1 - x -> is_derive x 1 dF (ddF x).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_sum (derive_ln_two h) (derive_minus (derive_ln_minus h))) (derive_number (- ln 2) x))).
by rewrite /ddF; algebra.
Qed.

Lemma derive_K x : 0 < 1 - x -> is_derive x 1 K (- ln (1 - x)).
Proof.
move=> h; apply: (derive_eq (derive_sum (derive_product (derive_shift 1 x) (derive_ln_minus h)) (derive_id x))).
by move: (ln (1 - x)) (lt0r_neq0 h) => u /eqP h1; fractions.
Qed.

Lemma derive_dK x : 0 < 1 - x -> is_derive x 1 (fun t => - ln (1 - t)) (1 - x)^-1.
Proof. by move=> h; apply: (derive_eq (derive_minus (derive_ln_minus h))); rewrite opprK. Qed.

Lemma derive_K' x : 0 < 1 - x -> is_derive x 1 K' ((1 - x)^-1 - 1).
Proof. by move=> h; exact: (derive_sum (derive_dK h) (derive_minus (derive_id x))). Qed.

Lemma F0 : F 0 = 0. Proof. by rewrite /F !subr0 ln1; move: (ln 2) => l; algebra. Qed.
Lemma dF0 : dF 0 = 0. Proof. by rewrite /dF !subr0 ln1; move: (ln 2) => l; algebra. Qed.
Lemma K0 : K 0 = 0. Proof. by rewrite /K !subr0 ln1; algebra. Qed.
Lemma dK0 : - ln (1 - 0) = 0 :> R. Proof. by rewrite subr0 ln1 oppr0. Qed.

Lemma dK_gt0 x : 0 < x -> 0 < 1 - x -> 0 < - ln (1 - x).
Proof.
move=> x0 x1; apply: (@lt_le_trans _ _ x) => //; have := ln_below x1 => h.
by apply: (by_excess (c := 1 - x - 1 - ln (1 - x))); [algebra | rewrite subr_ge0].
Qed.

Lemma dF_ratio s t : 0 < s -> s < t -> t < 1 -> dF s * - ln (1 - t) <= dF t * - ln (1 - s).
Proof.
move=> s0 st t1; apply: (ratio_grows (df := ddF) (k := fun x => - ln (1 - x)) (dk := fun x => (1 - x)^-1) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_dF.
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_dK.
- exact: dF0.
- exact: dK0.
- by move=> x /andP[x0 xt]; rewrite invr_gt0 subr_gt0 (lt_trans xt).
- move=> x y x0 xy yt; have y1 : 0 < 1 - y by rewrite subr_gt0 (lt_trans yt).
  have x1 : 0 < 1 - x by rewrite subr_gt0 (lt_trans xy)// (lt_trans yt).
  have y2 := two_minus y1; have x2 := two_minus x1.
  apply: (by_excess (c := (y - x) * ((1 - x)^-1 * (1 - y)^-1 * (2 - x)^-1 * (2 - y)^-1))).
    by move: (lt0r_neq0 x1) (lt0r_neq0 y1) (lt0r_neq0 x2) (lt0r_neq0 y2) => /eqP a /eqP b /eqP c /eqP e; rewrite /ddF; fractions.
  by rewrite !mulr_ge0 ?invr_ge0 ?(ltW x1) ?(ltW x2) ?(ltW y1) ?(ltW y2)// subr_ge0 ltW.
Qed.

Lemma F_ratio s t : 0 < s -> s < t -> t < 1 -> F s * K t <= F t * K s.
Proof.
move=> s0 st t1; apply: (ratio_grows (df := dF) (dk := fun x => - ln (1 - x)) s0 st).
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_F.
- by move=> x xt; have [x0 px mx] := within xt t1; exact: derive_K.
- exact: F0.
- exact: K0.
- by move=> x /andP[x0 xt]; rewrite dK_gt0// subr_gt0 (lt_trans xt).
- by move=> x y x0 xy yt; rewrite dF_ratio// (lt_trans yt).
Qed.

(* Towards t = 1, where F is log 2 and K is 1. *)
Lemma F_below t : 0 <= t < 1 -> F t <= ln 2 * K t.
Proof.
move=> /andP[]; rewrite le_eqVlt => /orP[/eqP <- _|t0 t1]; first by rewrite F0 K0 mulr0.
have d0 : 0 < 1 - t by rewrite subr_gt0.
apply: (in_the_limit d0 (k := 2 * `|F t| + 1)); first by rewrite addrC add_gt0 ?mulr_ge0 ?ler0n// ltr01.
move=> e e0 ed; pose x := 1 - e * e; have ex : 1 - x = e * e by rewrite /x; algebra.
have e1 : e < 1 by apply: lt_trans ed _; rewrite -subr_gt0 opprB addrCA subrr addr0.
have ee : e * e < 1 - t by apply: le_lt_trans ed; rewrite le_share ?ltW//.
have tx : t < x by rewrite /x -subr_gt0 (_ : _ - _ = 1 - t - e * e); [rewrite subr_gt0 | algebra].
have e2 : 0 < e * e by rewrite mulr_gt0.
have x1 : x < 1 by rewrite -subr_gt0 ex.
have xp : 0 < 1 - x by rewrite ex.
have x2 := two_minus xp.
have x0 := lt_trans t0 tx.
have Kx : 1 - 2 * e <= K x.
  have h := ln_above e0; rewrite /K ex lnM ?posrE//.
  apply: (by_excess (c := 2 * (e * e) * (ln e - (1 - e^-1)) + e * e)).
    by move: (ln e) (lt0r_neq0 e0) => u /eqP he; rewrite /x; fractions.
  by rewrite addr_ge0 ?(ltW e2)// mulr_ge0 ?subr_ge0// mulr_ge0 ?ler0n// ltW.
have Fx : F x <= ln 2.
  have h1 : 0 <= dF x.
    rewrite /dF -addrA -opprD subr_ge0 addrC -lnM ?posrE ?ltr0n// ler_ln ?posrE ?mulr_gt0 ?ltr0n//.
    by apply: (by_excess (c := x)); [algebra | exact: ltW].
  have h2 : 0 <= ln (2 - x) by rewrite ln_ge0// (_ : 2 = 1 + 1)// -addrA le_addl ltW.
  apply: (by_excess (c := (1 - x) * dF x + ln (2 - x))).
    by rewrite /F /dF; move: (ln (1 - x)) (ln (2 - x)) (ln 2) => u v l; algebra.
  by rewrite addr_ge0// mulr_ge0// ltW.
have Kt : 0 <= K t.
  have h := ln_above d0; apply: (by_excess (c := (1 - t) * (ln (1 - t) - (1 - (1 - t)^-1)))).
    by rewrite /K; move: (ln (1 - t)) (lt0r_neq0 d0) => u /eqP ht; fractions.
  by rewrite mulr_ge0 ?subr_ge0// ltW.
have Kx1 : K x <= 1.
  have h := ltW (dK_gt0 x0 xp); apply: (by_excess (c := (1 - x) * - ln (1 - x) + (1 - x))).
    by rewrite /K; move: (ln (1 - x)) => u; algebra.
  by rewrite addr_ge0 ?(ltW xp)// mulr_ge0// ltW.
have k1 : 0 <= F x * K t - F t * K x by rewrite subr_ge0 F_ratio.
have k2 : 0 <= (ln 2 - F x) * K t by rewrite mulr_ge0// subr_ge0.
have k3 : 0 <= (`|F t| - F t) * (1 - K x) by rewrite mulr_ge0 ?subr_ge0// ler_norm.
have k4 : 0 <= `|F t| * (K x - (1 - 2 * e)) by rewrite mulr_ge0// subr_ge0.
apply: (by_excess (c := (F x * K t - F t * K x) + (ln 2 - F x) * K t + (`|F t| - F t) * (1 - K x) + `|F t| * (K x - (1 - 2 * e)) + e)).
  by move: (F x) (F t) (K x) (K t) `|F t| (ln 2) => u v z w a l; algebra.
exact: (addr_ge0 (addr_ge0 (addr_ge0 (addr_ge0 k1 k2) k3) k4) (ltW e0)).
Qed.

(* With a and b exchanged, half of KL's is enough. *)
Lemma F_half t : 0 <= t < 1 -> 2 * F t <= K' t.
Proof.
move=> /andP[t0 t1]; rewrite -subr_ge0; pose f x := K' x + - (2 * F x).
have -> : 0 = f 0 by rewrite /f /K' F0 !subr0 ln1 oppr0 mulr0 subrr.
apply: (grows (df := fun x => (1 - x)^-1 - 1 - 2 * dF x)) => [//|x xt|x xt]; have [x0 px mx] := within xt t1.
- apply: (derive_eq (derive_sum (derive_K' mx) (derive_minus (derive_product (derive_number 2 x) (derive_F mx))))).
  by rewrite mulr0 addr0.
- have x2 := two_minus mx; have h : 0 < (2 - x) / (2 * (1 - x)) by rewrite divr_gt0// mulr_gt0// ltr0n.
  have := ln_below h; rewrite ln_div ?posrE ?mulr_gt0 ?ltr0n// lnM ?posrE ?ltr0n// => hl.
  apply: (by_excess (c := 2 * ((2 - x) / (2 * (1 - x)) - 1 - (ln (2 - x) - (ln 2 + ln (1 - x)))))).
    by rewrite /dF; move: (ln (1 - x)) (ln (2 - x)) (ln 2) (lt0r_neq0 mx) => u v l /eqP hm; fractions.
  by rewrite mulr_ge0 ?ler0n// subr_ge0.
Qed.
End Skewed.
