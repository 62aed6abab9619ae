(* Coq's tactics ring and field for mathcomp's reals. They need one name for each operation, whereas mathcomp has as many as it has
   structures. *)
From Coq Require Export Ring Field.
From GanTheory Require Import Library.
Local Open Scope ring_scope.

Section Algebra.
Variable R : realType.
Implicit Types x y c : R.

Definition zero : R := 0.
Definition one : R := 1.
Definition add x y : R := x + y.
Definition mul x y : R := x * y.
Definition opp x : R := - x.
Definition inv x : R := x^-1.
Definition sub x y : R := x - y.
Definition div x y : R := x / y.

Lemma field_of_reals : field_theory zero one add mul sub opp div inv (@eq R).
Proof.
split; last by move=> x /eqP x0; exact: mulVf.
- split=> //; [exact: add0r | exact: addrC | exact: addrA | exact: mul1r | exact: mulrC | exact: mulrA | exact: mulrDl | exact: subrr].
- by apply/eqP; exact: oner_neq0.
- by [].
Qed.

Lemma two_neq0 : add one one <> zero :> R.
Proof. by apply/eqP; rewrite -[add _ _](natrD R 1 1) pnatr_eq0. Qed.

(* Order, by names that all versions of mathcomp know. *)
Lemma le_add x x' y y' : x <= x' -> y <= y' -> x + y <= x' + y'.
Proof. by move=> h k; rewrite -subr_ge0 opprD addrACA addr_ge0// subr_ge0. Qed.

Lemma le_add2l x y y' : (x + y <= x + y') = (y <= y').
Proof. by rewrite -subr_ge0 opprD addrACA subrr add0r subr_ge0. Qed.

Lemma le_add2r x y y' : (y + x <= y' + x) = (y <= y').
Proof. by rewrite ![_ + x]addrC le_add2l. Qed.

Lemma le_addl x y : (x <= x + y) = (0 <= y).
Proof. by rewrite -[X in X <= _]addr0 le_add2l. Qed.

Lemma le_opp2 x y : (- x <= - y) = (y <= x).
Proof. by rewrite -subr_ge0 opprK addrC subr_ge0. Qed.

Lemma le_mull c x y : 0 <= c -> x <= y -> c * x <= c * y.
Proof. by move=> c0 h; rewrite -subr_ge0 -mulrBr mulr_ge0// subr_ge0. Qed.

Lemma le_mulr c x y : 0 <= c -> x <= y -> x * c <= y * c.
Proof. by move=> c0 h; rewrite ![_ * c]mulrC le_mull. Qed.

Lemma le_pmull c x y : 0 < c -> (c * x <= c * y) = (x <= y).
Proof. by move=> c0; rewrite -subr_ge0 -mulrBr pmulr_rge0// subr_ge0. Qed.

Lemma le_mul x x' y y' : 0 <= x -> 0 <= y -> x <= x' -> y <= y' -> x * y <= x' * y'.
Proof. by move=> x0 y0 h k; apply: le_trans (le_mull x0 k) (le_mulr (le_trans y0 k) h). Qed.

Lemma le_share x y : 0 <= y -> x <= 1 -> x * y <= y.
Proof. by move=> y0 h; rewrite -[leRHS]mul1r le_mulr. Qed.

Lemma add_gt0 x y : 0 < x -> 0 <= y -> 0 < x + y.
Proof. by move=> x0 y0; apply: lt_le_trans x0 _; rewrite le_addl. Qed.

(* An inequality by what its right side is larger. *)
Lemma by_excess x y c : y - x = c -> 0 <= c -> x <= y.
Proof. by move=> <-; rewrite subr_ge0. Qed.
End Algebra.

(* A term with these names for mathcomp's operations, numerals written out. *)
Ltac named R t :=
  lazymatch t with
  | @GRing.add _ ?x ?y => let x' := named R x in let y' := named R y in constr:(add x' y')
  | @GRing.mul _ ?x ?y => let x' := named R x in let y' := named R y in constr:(mul x' y')
  | @GRing.opp _ ?x => let x' := named R x in constr:(opp x')
  | @GRing.inv _ ?x => let x' := named R x in constr:(inv x')
  | @GRing.natmul _ _ 0 => constr:(zero R)
  | @GRing.natmul _ ?x 1 => named R x
  | @GRing.natmul _ ?x (S ?n) => let x' := named R x in let y' := named R constr:(x *+ n) in constr:(add x' y')
  | @GRing.exp _ ?x 2 => let x' := named R x in constr:(mul x' x')
  | @GRing.zero _ => constr:(zero R)
  | @GRing.one _ => constr:(one R)
  | _ => t
  end.
Ltac in_one_name :=
  lazymatch goal with R : realType |- @eq _ ?x ?y => let x' := named R x in let y' := named R y in change (@eq R x' y') end.
Ltac algebra := in_one_name; ring.
(* What is divided by must be known not to be 0. *)
Ltac fractions := in_one_name; field; repeat split; try exact: two_neq0; try assumption; try by apply/eqP.
