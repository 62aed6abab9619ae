(* What every file here takes from mathcomp: measures, Lebesgue's integral, and the extended reals in which it has its values. *)
From GanTheory Require Export Names.
From mathcomp Require Export all_ssreflect ssralg ssrnum ssrint interval.
From mathcomp Require Export boolp classical_sets functions cardinality fsbigop mathcomp_extra set_interval.
From mathcomp Require Export reals ereal signed topology normedtype derive realfun sequences exp.
From mathcomp Require Export measure lebesgue_measure numfun lebesgue_integral.
Export Order.TTheory GRing.Theory Num.Theory.
Export numFieldNormedType.Exports HBNNSimple.
#[export] Set Implicit Arguments.
#[export] Unset Strict Implicit.
