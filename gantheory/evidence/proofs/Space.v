(* On a measure space: what is measurable, what holds almost everywhere, and the integrals of functions that are nowhere negative. *)
From GanTheory Require Import Library Log.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.

Section Measurability.
Context d (T : measurableType d) (R : realType).
Local Open Scope ereal_scope.
Implicit Types (f g : T -> R) (u v : T -> \bar R).

Lemma measurable_constant d' (X : measurableType d') (c : X) (A : set T) : measurable_fun A (fun _ : T => c).
Proof.
move=> mA B mB; have [h|h] := pselect (B c).
- by rewrite (_ : _ @^-1` _ = setT) ?setIT//; apply/seteqP; split.
- by rewrite (_ : _ @^-1` _ = set0) ?setI0//; apply/seteqP; split.
Qed.

Lemma measurable_compose d' d'' (X : measurableType d') (Y : measurableType d'') (g : X -> Y) (h : T -> X) :
  measurable_fun setT g -> measurable_fun setT h -> measurable_fun setT (fun x => g (h x)).
Proof.
move=> mg mh _ A mA; apply: (mh measurableT (g @^-1` A)); rewrite -[g @^-1` A]setTI; exact: (mg measurableT A mA).
Qed.

Lemma measurable_indicator (A : set T) : measurable A -> measurable_fun setT (\1_A : T -> R).
Proof. by move=> mA; first [exact: measurable_fun_indic | exact: measurable_indic]. Qed.

Lemma measurable_real f : measurable_fun setT f -> measurable_fun setT (fun x => (f x)%:E).
Proof. by move=> mf; apply/EFin_measurable_fun. Qed.

Lemma measurable_minus u : measurable_fun setT u -> measurable_fun setT (fun x => - u x).
Proof. exact: emeasurable_funN. Qed.

Lemma measurable_one_minus f : measurable_fun setT f -> measurable_fun setT (fun x => 1 - f x)%R.
Proof. by move=> mf; apply: measurable_funB => //; exact: measurable_constant. Qed.

Lemma measurable_multiple (k : R) f : measurable_fun setT f -> measurable_fun setT (fun x => k * f x)%R.
Proof. by move=> mf; apply: measurable_funM => //; exact: measurable_constant. Qed.

Lemma measurable_scaled (k : R) u : measurable_fun setT u -> measurable_fun setT (fun x => k%:E * u x).
Proof. by move=> hu; apply: emeasurable_funM => //; exact: measurable_constant. Qed.

Lemma measurable_above (k : R) f : measurable_fun setT f -> measurable [set x | (k < f x)%R].
Proof.
move=> mf; rewrite (_ : [set x | _] = f @^-1` `]k, +oo[%classic).
  by rewrite -[X in measurable X]setTI; apply: mf => //; exact: measurable_itv.
by apply/seteqP; split=> x /=; rewrite in_itv/= andbT.
Qed.
End Measurability.

(* The logarithm and 1/x are continuous where x > 0, and constant elsewhere. *)
Section Logarithm.
Context (R : realType).
Local Open Scope ereal_scope.

Lemma preimage_positive : (fun x : R => (0 < x)%R) @^-1` [set true] = `]0%R, +oo[%classic.
Proof. by apply/seteqP; split=> x /=; rewrite in_itv/= andbT. Qed.

Lemma measurable_positive : measurable_fun setT (fun x : R => (0 < x)%R).
Proof.
have mI : measurable (`]0%R, +oo[%classic : set R) by exact: measurable_itv.
move=> _ Y _; rewrite setTI; have [Yt|Yt] := pselect (Y true); have [Yf|Yf] := pselect (Y false).
- by rewrite (_ : _ @^-1` _ = setT); [exact: measurableT | apply/seteqP; split=> x //= _; case: (0 < x)%R].
- rewrite (_ : _ @^-1` _ = `]0%R, +oo[%classic)//; apply/seteqP; split=> x /=; rewrite in_itv/= andbT; first by case: (0 < x)%R.
  by move=> ->.
- rewrite (_ : _ @^-1` _ = ~` `]0%R, +oo[%classic); first exact: measurableC.
  apply/seteqP; split=> x /=; rewrite in_itv/= andbT; first by case: (0 < x)%R => // _.
  by move/negP/negbTE => ->.
- by rewrite (_ : _ @^-1` _ = set0); [exact: measurable0 | apply/seteqP; split=> x //=; case: (0 < x)%R].
Qed.

Lemma positive_open : open (`]0%R, +oo[%classic : set R).
Proof. by apply: interval_open. Qed.

Lemma measurable_log : measurable_fun setT (@log R).
Proof.
apply: measurable_fun_if => //; first exact: measurable_positive.
- rewrite setTI preimage_positive.
  apply/EFin_measurable_fun; apply: open_continuous_measurable_fun; first exact: positive_open.
  by move=> x; rewrite inE/= in_itv/= andbT => x0; exact: continuous_ln.
all: try exact: measurable_constant.
Qed.

Lemma measurable_inverse : measurable_fun setT (fun x : R => if (0 < x)%R then (x^-1)%R else 0%R).
Proof.
apply: measurable_fun_if => //; first exact: measurable_positive.
- rewrite setTI preimage_positive.
  apply: open_continuous_measurable_fun; first exact: positive_open.
  by move=> x; rewrite inE/= in_itv/= andbT => x0; apply: inv_continuous; rewrite gt_eqF.
all: try exact: measurable_constant.
Qed.
End Logarithm.

Section Integrands.
Context d (T : measurableType d) (R : realType).
Local Open Scope ereal_scope.
Implicit Types f g : T -> R.

Lemma measurable_ratio f g : measurable_fun setT f -> measurable_fun setT g -> (forall x, 0 <= g x)%R ->
  measurable_fun setT (fun x => f x / g x)%R.
Proof.
move=> mf mg g0; have E : (fun x => f x / g x)%R = (f \* (fun x => if 0 < g x then (g x)^-1 else 0))%R.
  apply/funext => x /=; case: ifPn => // h; move: (g0 x); rewrite le_eqVlt (negbTE h) orbF => /eqP <-.
  by rewrite invr0.
by rewrite E; apply: measurable_funM => //; exact: (measurable_compose (@measurable_inverse R) mg).
Qed.

Lemma measurable_log_of f : measurable_fun setT f -> measurable_fun setT (fun x => log (f x)).
Proof. exact: (measurable_compose (@measurable_log R)). Qed.

Lemma measurable_cost f g : measurable_fun setT f -> measurable_fun setT g -> measurable_fun setT (fun x => cost (f x) (g x)).
Proof.
move=> mf mg; apply: emeasurable_funM; first exact: measurable_real.
by apply: measurable_minus; exact: measurable_log_of.
Qed.

Lemma measurable_optimal f g : measurable_fun setT f -> measurable_fun setT g -> (forall x, 0 <= f x)%R -> (forall x, 0 <= g x)%R ->
  measurable_fun setT (fun x => optimal (f x) (g x)).
Proof.
move=> mf mg f0 g0; have ms : measurable_fun setT (fun x => f x + g x)%R by exact: measurable_funD.
have -> : (fun x => optimal (f x) (g x)) = (fun x => if (0 < f x + g x)%R then (f x / (f x + g x))%R else 2^-1%R).
  by apply/funext => x; rewrite /optimal lt_neqAle eq_sym addr_ge0// andbT; case: eqP.
apply: measurable_fun_ifT.
- exact: (measurable_compose (@measurable_positive R) ms).
- by apply: measurable_ratio => // x; rewrite addr_ge0.
all: try exact: measurable_constant.
Qed.
End Integrands.

Section AlmostEverywhere.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types (P Q : T -> Prop) (u v : T -> \bar R).

Lemma ae_imply P Q : (forall x, P x -> Q x) -> {ae mu, forall x, P x} -> {ae mu, forall x, Q x}.
Proof. by move=> PQ [A [mA A0 sub]]; exists A; split=> // x nQ; apply: sub => Px; exact/nQ/PQ. Qed.

Lemma ae_both P Q : {ae mu, forall x, P x} -> {ae mu, forall x, Q x} -> {ae mu, forall x, P x /\ Q x}.
Proof.
move=> [A [mA A0 subA]] [B [mB B0 subB]]; exists (A `|` B); split; first exact: measurableU.
  by apply: null_set_setU.
move=> x /= nPQ; have [Px|nPx] := pselect (P x); last by left; exact: subA.
by right; apply: subB => Qx; apply: nPQ.
Qed.

Lemma ae_always P : (forall x, P x) -> {ae mu, forall x, P x}.
Proof. by move=> H; exists set0; split=> // x /=; apply: contra_notP => _; exact: H. Qed.

Lemma ae_integral u v : measurable_fun setT u -> measurable_fun setT v -> {ae mu, forall x, u x = v x} ->
  \int[mu]_x u x = \int[mu]_x v x.
Proof. by move=> hu hv E; apply: ae_eq_integral => //; apply: ae_imply E. Qed.

Lemma ae_zero u : measurable_fun setT u -> (forall x, 0 <= u x) -> \int[mu]_x u x = 0 -> {ae mu, forall x, u x = 0}.
Proof.
move=> hu u0 E; have := (ae_eq_integral_abs mu measurableT hu).1.
rewrite (eq_integral u) => [/(_ E)|x _]; last by rewrite gee0_abs.
by apply: ae_imply => x; apply.
Qed.
End AlmostEverywhere.

Section Integrals.
Context d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R}).
Local Open Scope ereal_scope.
Implicit Types u v : T -> \bar R.

Lemma minus_sum (x y : \bar R) : 0 <= x -> 0 <= y -> - (x + y) = - x + - y.
Proof. by move: x y => [x| |] [y| |] //= _ _; rewrite opprD. Qed.

(* Between 0 and a number: finite. *)
Lemma fin_between (x : \bar R) (r : R) : 0 <= x -> x <= r%:E -> x \is a fin_num.
Proof. by move=> x0 xr; rewrite ge0_fin_numE// (le_lt_trans xr)// ltry. Qed.

Lemma integral_sum u v : measurable_fun setT u -> measurable_fun setT v -> (forall x, 0 <= u x) -> (forall x, 0 <= v x) ->
  \int[mu]_x (u x + v x) = \int[mu]_x u x + \int[mu]_x v x.
Proof. by move=> *; rewrite ge0_integralD. Qed.

Lemma integral_scale u (k : R) : measurable_fun setT u -> (forall x, 0 <= u x) -> (0 <= k)%R ->
  \int[mu]_x (k%:E * u x) = k%:E * \int[mu]_x u x.
Proof. by move=> *; rewrite ge0_integralM// lee_fin. Qed.

Lemma integral_minus u : (forall x, 0 <= u x) -> \int[mu]_x - u x = - \int[mu]_x u x.
Proof. by move=> u0; rewrite integral_ge0N. Qed.

Lemma integral_le u v : measurable_fun setT u -> measurable_fun setT v -> (forall x, 0 <= u x) -> (forall x, u x <= v x) ->
  \int[mu]_x u x <= \int[mu]_x v x.
Proof. by move=> hu hv u0 uv; apply: ge0_le_integral => // x _; apply: le_trans (uv x). Qed.

Lemma integral_le_ae u v : measurable_fun setT u -> measurable_fun setT v -> (forall x, 0 <= u x) -> (forall x, 0 <= v x) ->
  {ae mu, forall x, u x <= v x} -> \int[mu]_x u x <= \int[mu]_x v x.
Proof.
move=> hu hv u0 v0 uv; have mw : measurable_fun setT (fun x => maxe (u x) (v x)) by exact: emeasurable_fun_max.
rewrite -(ae_integral mw hv); last by apply: ae_imply uv => x; apply: max_r.
by apply: integral_le => // x; have [] := leP (u x) (v x).
Qed.

Lemma integrable_ge0 u : measurable_fun setT u -> (forall x, 0 <= u x) -> \int[mu]_x u x \is a fin_num -> mu.-integrable setT u.
Proof.
move=> hu u0 fin; (first [apply/integrableP; split | split]) => //; rewrite (eq_integral u) => [|x _]; last by rewrite gee0_abs.
by rewrite -ge0_fin_numE// integral_ge0.
Qed.
End Integrals.
