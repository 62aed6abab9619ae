(* Section 3: G carries the law of z to p_g. The change of variables, V as the article writes it, and what maps do to C and JSD.

   G need be no more than measurable: it may fold, and no inverse or derivative of it is used. *)
From GanTheory Require Import Library Log Space Game Optimum Divergence.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

(* The law of G(z), where P is that of z. *)
Definition law_of d d' (Z : measurableType d) (X : measurableType d') (R : realType) (P : set Z -> \bar R) (G : Z -> X) (A : set X) :=
  P (G @^-1` A).

Section Positive_parts.
Variable R : realType.
Implicit Types (a : R) (y : \bar R).
Local Open Scope ereal_scope.

Lemma positive_part_scaled a y : (0 <= a)%R -> maxe (a%:E * y) 0 = a%:E * maxe y 0.
Proof.
move=> a0; have [y0|/ltW y0] := leP 0 y.
- by rewrite max_l// mule_ge0// lee_fin.
- by rewrite max_r ?mule0// -oppe_ge0 -muleN mule_ge0 ?lee_fin// oppe_ge0.
Qed.
End Positive_parts.

Section Change_of_measure.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types (p q D : T -> R) (u : T -> \bar R).
Notation density := (density mu).
Notation V := (V mu).

Definition has_density (P : set T -> \bar R) p := forall A, measurable A -> P A = \int[mu]_(x in A) (p x)%:E.

(* By definition for indicators, by linearity for simple functions, by monotone convergence for all. *)
Lemma density_of_measure (P : {measure set T -> \bar R}) p u : density p -> has_density P p ->
  measurable_fun setT u -> (forall x, 0 <= u x) -> \int[P]_x u x = \int[mu]_x ((p x)%:E * u x).
Proof.
move=> [mp p0 p1] HP hu u0; have [g [nd gu]] := approximation measurableT hu (fun x _ => u0 x).
have mp' := measurable_real mp; have p0' x : 0 <= (p x)%:E by rewrite lee_fin.
have mg n : measurable_fun setT (EFin \o g n) by apply: measurable_real.
have mpg n : measurable_fun setT (fun x => (p x)%:E * (g n x)%:E) by exact: (emeasurable_funM mp' (mg n)).
first [transitivity (lim (fun n => \int[P]_x (g n x)%:E)) | transitivity (limn (fun n => \int[P]_x (g n x)%:E))].
  rewrite -monotone_convergence//.
  - by apply: eq_integral => x _; apply/esym/cvg_lim => //; exact: gu.
  - by move=> n x _; rewrite lee_fin.
  - by move=> x _ m n mn; rewrite lee_fin; exact/lefP/nd.
(first [transitivity (lim (fun n => \int[mu]_x ((p x)%:E * (g n x)%:E))) |
        transitivity (limn (fun n => \int[mu]_x ((p x)%:E * (g n x)%:E)))]); last first.
  rewrite -monotone_convergence//.
  - apply: eq_integral => x _; apply/cvg_lim => //; (first [apply: ereal_cvgrM | apply: cvgeMl]) => //; exact: gu.
  - by move=> n x _; rewrite mule_ge0// lee_fin.
  - by move=> x _ m n mn; apply: lee_wpmul2l => //; rewrite lee_fin; exact/lefP/nd.
(have E : (fun n => \int[P]_x (g n x)%:E) = (fun n => \int[mu]_x ((p x)%:E * (g n x)%:E)); last by rewrite E); apply/funext => n.
transitivity (\sum_(k \in range (g n)) \int[P]_x (k * \1_(g n @^-1` [set k]) x)%:E).
  under eq_integral do rewrite fimfunE -fsumEFin//.
  rewrite ge0_integral_fsum//.
  - move=> k; apply: measurable_real; apply: measurable_multiple; exact: measurable_indicator.
  - by move=> k x _; rewrite nnfun_muleindic_ge0.
transitivity (\sum_(k \in range (g n)) \int[mu]_x ((p x)%:E * (k * \1_(g n @^-1` [set k]) x)%:E)); last first.
  rewrite -ge0_integral_fsum//.
  - apply: eq_integral => x _; rewrite -ge0_mule_fsumr// => [|k]; last by rewrite nnfun_muleindic_ge0.
    by rewrite fsumEFin// -fimfunE.
  - move=> k; apply: emeasurable_funM => //; apply: measurable_real; apply: measurable_multiple; exact: measurable_indicator.
  - by move=> k x _; rewrite mule_ge0// nnfun_muleindic_ge0.
apply: eq_fsbigr => k; rewrite inE => -[y _ gy].
have k0 : (0 <= k)%R by rewrite -gy.
have mA : measurable (g n @^-1` [set k]) by exact: measurable_sfunP.
under eq_integral do rewrite EFinM.
rewrite integral_scale//; [|apply: measurable_real; exact: measurable_indicator|by move=> x; rewrite lee_fin indicE ler0n].
rewrite integral_indic// setIT HP//; under [RHS]eq_integral do rewrite EFinM muleCA.
have mi : measurable_fun setT (fun x : T => (\1_(g n @^-1` [set k]) x : R)%:E) by apply: measurable_real; exact: measurable_indicator.
rewrite integral_scale//; first last.
- by move=> x; rewrite mule_ge0// lee_fin indicE ler0n.
- exact: emeasurable_funM.
congr (_ * _); rewrite integral_mkcond; apply: eq_integral => x _; rewrite /patch indicE.
by case: (_ \in _); rewrite ?mule1 ?mule0.
Qed.

(* Of either sign: positive and negative part apart. *)
Theorem expectation (P : {measure set T -> \bar R}) p u : density p -> has_density P p -> measurable_fun setT u ->
  \int[P]_x u x = \int[mu]_x ((p x)%:E * u x).
Proof.
move=> dp HP hu; have [_ p0 _] := dp.
rewrite [LHS]integralE [RHS]integralE; congr (_ - _).
- rewrite (density_of_measure dp HP) => [||x]; last 2 first.
  + exact: emeasurable_fun_funepos.
  + exact: funepos_ge0.
  by apply: eq_integral => x _; (try rewrite !funeposE); rewrite -positive_part_scaled.
- rewrite (density_of_measure dp HP) => [||x]; last 2 first.
  + exact: emeasurable_fun_funeneg.
  + exact: funeneg_ge0.
  by apply: eq_integral => x _; (try rewrite !funenegE); rewrite -positive_part_scaled// muleN.
Qed.

Section Generator.
Context d' (Z : measurableType d') (Pz : {measure set Z -> \bar R}) (G : Z -> T) (mG : measurable_fun setT G).

Lemma pushed_ge0 u : measurable_fun setT u -> (forall x, 0 <= u x) -> \int[pushforward Pz mG]_x u x = \int[Pz]_z u (G z).
Proof. by move=> hu u0; first [exact: integral_pushforward | by rewrite ge0_integral_pushforward ?preimage_setT// => y _]. Qed.

Lemma pushed u : measurable_fun setT u -> \int[pushforward Pz mG]_x u x = \int[Pz]_z u (G z).
Proof.
move=> hu; rewrite [LHS]integralE [RHS]integralE; congr (_ - _).
- rewrite pushed_ge0; [|exact: emeasurable_fun_funepos|exact: funepos_ge0].
  by apply: eq_integral => z _; (try rewrite !funeposE).
- rewrite pushed_ge0; [|exact: emeasurable_fun_funeneg|exact: funeneg_ge0].
  by apply: eq_integral => z _; (try rewrite !funenegE).
Qed.

(* Equation 3: E_z h(G(z)) = E_{x ~ p_g} h(x). *)
Theorem change_of_variables q u : density q -> has_density (law_of Pz G) q -> measurable_fun setT u ->
  \int[Pz]_z u (G z) = \int[mu]_x ((q x)%:E * u x).
Proof.
move=> dq HG hu; rewrite -pushed//.
exact: (@expectation [the {measure set T -> \bar R} of pushforward Pz mG] q u dq HG hu).
Qed.

(* Equation 1: the game as the article writes it, with the law of the data and that of z. *)
Theorem V_of_generator (P : {measure set T -> \bar R}) p q D : density p -> density q -> discriminator D ->
  has_density P p -> has_density (law_of Pz G) q -> \int[P]_x log (D x) + \int[Pz]_z log (1 - D (G z)) = V p q D.
Proof.
move=> dp dq [mD _] HP HG; rewrite (expectation dp HP); last exact: measurable_log_of.
by rewrite (change_of_variables (u := fun x => log (1 - D x)) dq HG)//; apply: measurable_log_of; exact: measurable_one_minus.
Qed.
End Generator.
End Change_of_measure.

Section Maps.
Context d (T : measurableType d) d' (T' : measurableType d') (R : realType).
Context (mu : {measure set T -> \bar R}) (nu : {measure set T' -> \bar R}).
Context (P Q : {measure set T -> \bar R}) (p q : T -> R) (p' q' : T' -> R).
Hypotheses (dp : density mu p) (dq : density mu q) (dp' : density nu p') (dq' : density nu q').
Hypotheses (HP : has_density mu P p) (HQ : has_density mu Q q).
Local Open Scope ereal_scope.

(* The best D of the images is one of many D of the originals. *)
Theorem C_processed (phi : T -> T') : measurable_fun setT phi ->
  has_density nu (law_of P phi) p' -> has_density nu (law_of Q phi) q' -> C nu p' q' <= C mu p q.
Proof.
move=> mphi HP' HQ'; have [[mD D01] <-] := D_star_attains dp' dq'; set D := D_star p' q' in mD D01 *.
have mD' : measurable_fun setT (fun x => D (phi x)) by exact: (measurable_compose mD mphi).
have dD : discriminator (fun x => D (phi x)) by split.
apply: le_trans (V_at_most_C dp dq dD); rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_ + _).
- by rewrite -(expectation dp HP) -?(change_of_variables mphi dp' HP')//; exact: measurable_log_of.
- have ml : measurable_fun setT (fun x => log (1 - D x)) by apply: measurable_log_of; exact: measurable_one_minus.
  rewrite -(expectation dq HQ) -?(change_of_variables mphi dq' HQ' ml)//.
  by apply: measurable_log_of; exact: measurable_one_minus.
Qed.

Theorem data_processing (phi : T -> T') : measurable_fun setT phi ->
  has_density nu (law_of P phi) p' -> has_density nu (law_of Q phi) q' -> JSD nu p' q' <= JSD mu p q.
Proof.
move=> mphi HP' HQ'; have := C_processed mphi HP' HQ'; rewrite (C_is_JSD dp dq) (C_is_JSD dp' dq').
rewrite -(fineK (JSD_fin_num dp dq)) -(fineK (JSD_fin_num dp' dq')) -!EFinM -!EFinD !lee_fin => h.
by move: h; rewrite -subr_ge0 opprD addrACA subrr add0r -mulrBr pmulr_rge0 ?ltr0n// subr_ge0.
Qed.
End Maps.

Section Bijections.
Context d (T : measurableType d) d' (T' : measurableType d') (R : realType).
Local Open Scope ereal_scope.

(* A map that can be undone loses nothing. *)
Theorem JSD_kept (mu : {measure set T -> \bar R}) (nu : {measure set T' -> \bar R}) (P Q : {measure set T -> \bar R})
  (p q : T -> R) (p' q' : T' -> R) :
  density mu p -> density mu q -> density nu p' -> density nu q' -> has_density mu P p -> has_density mu Q q ->
  forall (phi : T -> T'), measurable_fun setT phi -> has_density nu (law_of P phi) p' -> has_density nu (law_of Q phi) q' ->
  forall (psi : T' -> T), measurable_fun setT psi -> (forall x, psi (phi x) = x) -> JSD nu p' q' = JSD mu p q.
Proof.
move=> dp dq dp' dq' HP HQ phi mphi HP' HQ' psi mpsi K; apply/eqP; rewrite eq_le (data_processing dp dq dp' dq' HP HQ mphi HP' HQ') /=.
have back (W : {measure set T -> \bar R}) w : has_density mu W w -> has_density mu (law_of (law_of W phi) psi) w.
  by move=> HW A mA; rewrite -HW// /law_of; congr (W _); apply/seteqP; split=> x /=; rewrite K.
exact: (data_processing (P := [the {measure set T' -> \bar R} of pushforward P mphi])
  (Q := [the {measure set T' -> \bar R} of pushforward Q mphi]) dp' dq' dp dq HP' HQ' mpsi (back P p HP) (back Q q HQ)).
Qed.
End Bijections.
