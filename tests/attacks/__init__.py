"""An attack that stays: hostile programs and parameters, whose true values come from code that shares nothing with the library.

``scripts/attack`` runs as many as time allows; ``test_attacks.py`` runs a few hundred from fixed seeds.

    operations, borrowed, trees     expressions of one variable, evaluated by JAX (the attacked program) and by NumPy (the truth)
    lines, oracle, closed_forms     densities by formulas of their own; divergences by quadrature, from binned masses, in closed form
    parameters, steps, sums, programs, disguises, undefined, impostors, networks, others
                                    the kinds of attack: each makes a ``Case`` from a number
    case, judge                     a question with its truth; whether an answer agrees with it
    kinds, workers, __main__        the table of kinds, the processes, the command
"""
