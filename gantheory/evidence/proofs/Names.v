(* Lemmas of mathcomp-analysis that its versions 0.6 (Debian 12) and 1.9 (Debian 13) know by different names. Proofs try both names, and Coq
   reads no proof with a name that it does not know. So each name has a stand-in here, which proves nothing; where the library has a lemma
   of that name, it hides the stand-in. *)
Definition measurable_fun_indic := tt.
Definition measurable_indic := tt.
Definition subset_integral := tt.
Definition ge0_subset_integral := tt.
Definition ereal_cvgrM := tt.
Definition cvgeMl := tt.
Definition lef_pinv := tt.
Definition lef_pV2 := tt.
Definition integrableP := tt.
Definition funeposE := tt.
Definition funenegE := tt.
Definition limn := tt.
Definition ge0_integral_pushforward := tt.
Module HBNNSimple. End HBNNSimple.
