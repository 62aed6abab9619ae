"""The main theorems of ``evidence/proofs``, each with its statement in full, as the claims cite them: p = p_data, q = p_g."""

from gantheory.evidence.formal import ON_A_SPACE, Theorem

PAIR = f"{ON_A_SPACE} (p q : T -> R), density mu p -> density mu q ->"
GAME = f"{ON_A_SPACE} (p q D : T -> R), density mu p -> density mu q -> discriminator D ->"

# Proposition 1

AT_A_POINT = Theorem(
    "Log",
    "regret",
    "forall (R : realType) (a b y : R), (0 <= a)%R -> (0 <= b)%R -> cost a y + cost b (1 - y)"
    " = cost a (a / (a + b)) + cost b (b / (a + b)) + (a + b)%:E * bernoulli_kl (optimal a b) y",
)
V_AT_MOST_C = Theorem("Optimum", "V_at_most_C", f"{GAME} V mu p q D <= C mu p q")
ATTAINED = Theorem("Optimum", "D_star_attains", f"{PAIR} discriminator (D_star p q) /\\ V mu p q (D_star p q) = C mu p q")
UNIQUE = Theorem(
    "Optimum",
    "only_D_star",
    f"{GAME} (V mu p q D = C mu p q <-> {{ae mu, forall x, (p x + q x != 0)%R -> D x = D_star p q x}})",
)
GAP = Theorem(
    "Optimum",
    "discriminator_gap",
    f"{GAME} C mu p q - V mu p q D = \\int[mu]_x ((p x + q x)%:E * bernoulli_kl (D_star p q x) (D x)) /\\"
    " (forall x, 0 <= (p x + q x)%:E * bernoulli_kl (D_star p q x) (D x))",
)

# Theorem 1

ONE_HALF = Theorem("Optimum", "V_at_one_half", f"{PAIR} V mu p q (@one_half d T R) = (- ln 4)%:E")
AT_EQUALITY = Theorem(
    "Optimum",
    "at_equality",
    f"{ON_A_SPACE} (p : T -> R), density mu p -> C mu p p = (- ln 4)%:E /\\ (forall x, D_star p p x = 2^-1%R)",
)
C_INTEGRABLE = Theorem(
    "Optimum",
    "C_integrable",
    f"{PAIR} mu.-integrable setT (fun x => (p x)%:E * log (p x / (p x + q x))) /\\"
    " mu.-integrable setT (fun x => (q x)%:E * log (q x / (p x + q x)))",
)
C_BOUNDS = Theorem("Optimum", "C_bounds", f"{PAIR} (- ln 4)%:E <= C mu p q <= 0")
MINIMUM = Theorem("Optimum", "minimum_only_at_equality", f"{PAIR} (C mu p q = (- ln 4)%:E <-> {{ae mu, forall x, p x = q x}})")
SAME_LAW = Theorem(
    "Optimum",
    "same_law",
    f"{PAIR} ({{ae mu, forall x, p x = q x}} <-> forall A, measurable A -> \\int[mu]_(x in A) (p x)%:E = \\int[mu]_(x in A) (q x)%:E)",
)
JSD_INTEGRABLE = Theorem(
    "Divergence",
    "JSD_integrable",
    f"{PAIR} mu.-integrable setT (fun x => (p x)%:E * - log (middle p q x / p x)) /\\"
    " mu.-integrable setT (fun x => (q x)%:E * - log (middle p q x / q x))",
)
CRITERION = Theorem("Divergence", "C_is_JSD", f"{PAIR} C mu p q = (- ln 4)%:E + 2%:E * JSD mu p q")
JSD_BOUNDS = Theorem("Divergence", "JSD_bounds", f"{PAIR} 0 <= JSD mu p q <= (ln 2)%:E")
JSD_ZERO = Theorem("Divergence", "JSD_zero", f"{PAIR} (JSD mu p q = 0 <-> {{ae mu, forall x, p x = q x}})")
JSD_LARGEST = Theorem(
    "Divergence",
    "JSD_largest",
    f"{PAIR} (JSD mu p q = (ln 2)%:E <-> {{ae mu, forall x, p x = 0%R \\/ q x = 0%R}})",
)
PERFECT_D = Theorem(
    "Divergence",
    "perfect_discriminator",
    f"{PAIR} {{ae mu, forall x, p x = 0%R \\/ q x = 0%R}} -> [/\\ C mu p q = 0, JSD mu p q = (ln 2)%:E,"
    " (forall x, p x != 0 -> q x = 0 -> D_star p q x = 1)%R & (forall x, p x = 0 -> q x != 0 -> D_star p q x = 0)%R]",
)

# The equilibria

EQUILIBRIA = Theorem(
    "Equilibria",
    "equilibria",
    f"{ON_A_SPACE} (p q D : T -> R), density mu p -> (equilibrium mu p q D <->"
    " [/\\ density mu q, discriminator D, {ae mu, forall x, p x = q x}, {ae mu, forall x, (p x != 0)%R -> D x = 2^-1%R} &"
    " forall q', density mu q' -> {ae mu, forall x, (q' x != 0)%R -> (D x <= 2^-1)%R}])",
)
EQUILIBRIUM = Theorem(
    "Equilibria",
    "p_data_and_one_half",
    f"{ON_A_SPACE} (p : T -> R), density mu p -> equilibrium mu p p (@one_half d T R) /\\ V mu p p (@one_half d T R) = (- ln 4)%:E",
)
NOWHERE_ABOVE_HALF = Theorem(
    "Equilibria",
    "nowhere_above_half",
    f"{ON_A_SPACE} (D : T -> R), sigma_finite setT mu -> discriminator D ->"
    " ((forall q', density mu q' -> {ae mu, forall x, (q' x != 0)%R -> (D x <= 2^-1)%R}) <-> {ae mu, forall x, (D x <= 2^-1)%R})",
)
MINIMAX = Theorem(
    "Equilibria",
    "minimax",
    f"{ON_A_SPACE} (p : T -> R), density mu p ->"
    " ereal_inf [set ereal_sup [set V mu p q D | D in @discriminator d T R] | q in density mu] = (- ln 4)%:E /\\"
    " ereal_sup [set ereal_inf [set V mu p q D | q in density mu] | D in @discriminator d T R] = (- ln 4)%:E",
)

# Proposition 2

AFFINE = Theorem(
    "Rate",
    "V_affine",
    f"{ON_A_SPACE} (p q1 q2 : T -> R) (t : R) (D : T -> R), density mu p -> density mu q1 -> density mu q2 -> (0 <= t <= 1)%R ->"
    " discriminator D -> V mu p (mixture t q1 q2) D = t%:E * V mu p q1 D + (1 - t)%:E * V mu p q2 D",
)
CONVEX = Theorem(
    "Rate",
    "C_convex",
    f"{ON_A_SPACE} (p q1 q2 : T -> R) (t : R), density mu p -> density mu q1 -> density mu q2 -> (0 <= t <= 1)%R ->"
    " C mu p (mixture t q1 q2) <= t%:E * C mu p q1 + (1 - t)%:E * C mu p q2",
)
DESCENT_HALVES = Theorem(
    "Rate",
    "descent_halves",
    f"{ON_A_SPACE} (p q : T -> R) (n : nat), density mu p -> density mu q ->"
    " 0 <= C mu p (descent p q n) + (ln 4)%:E <= (2^-1 ^+ n)%:E * (C mu p q + (ln 4)%:E)",
)
RATE = Theorem(
    "Rate",
    "descent_rate",
    f"{ON_A_SPACE} (p q : T -> R) (n : nat), density mu p -> density mu q -> (0 < n)%N ->"
    " C mu p (descent p q n) + (ln 4)%:E <= (n%:R^-1)%:E * KL mu p q",
)

# G as a map, and other maps

GENERATOR = f"{ON_A_SPACE} d' (Z : measurableType d') (Pz : {{measure set Z -> \\bar R}}) (G : Z -> T), measurable_fun setT G ->"
CHANGE_OF_VARIABLES = Theorem(
    "Pushforward",
    "change_of_variables",
    f"{GENERATOR} forall (q : T -> R) (u : T -> \\bar R), density mu q -> has_density mu (law_of Pz G) q -> measurable_fun setT u ->"
    " \\int[Pz]_z u (G z) = \\int[mu]_x ((q x)%:E * u x)",
)
V_OF_GENERATOR = Theorem(
    "Pushforward",
    "V_of_generator",
    f"{GENERATOR} forall (P : {{measure set T -> \\bar R}}) (p q D : T -> R), density mu p -> density mu q -> discriminator D ->"
    " has_density mu P p -> has_density mu (law_of Pz G) q -> \\int[P]_x log (D x) + \\int[Pz]_z log (1 - D (G z)) = V mu p q D",
)
MAPPED = (
    r"forall d (T : measurableType d) d' (T' : measurableType d') (R : realType) (mu : {measure set T -> \bar R})"
    r" (nu : {measure set T' -> \bar R}) (P Q : {measure set T -> \bar R}) (p q : T -> R) (p' q' : T' -> R),"
    " density mu p -> density mu q -> density nu p' -> density nu q' -> has_density mu P p -> has_density mu Q q ->"
    " forall (phi : T -> T'), measurable_fun setT phi -> has_density nu (law_of P phi) p' -> has_density nu (law_of Q phi) q' ->"
)
DATA_PROCESSING = Theorem("Pushforward", "data_processing", f"{MAPPED} JSD nu p' q' <= JSD mu p q")
BIJECTION = Theorem(
    "Pushforward",
    "JSD_kept",
    f"{MAPPED} forall (psi : T' -> T), measurable_fun setT psi -> (forall x, psi (phi x) = x) -> JSD nu p' q' = JSD mu p q",
)

# Inequalities between divergences

LEAST_ERROR = Theorem(
    "TotalVariation",
    "least_error",
    f"{PAIR} (forall D, discriminator D -> (2^-1)%:E * (1 - TV mu p q) <= error mu p q D) /\\"
    " error mu p q (best p q) = (2^-1)%:E * (1 - TV mu p q)",
)
JSD_AND_LEAST_ERROR = Theorem(
    "TotalVariation",
    "JSD_and_least_error",
    f"{PAIR} (ln 2)%:E - entropy ((1 - fine (TV mu p q)) / 2) <= JSD mu p q",
)
TV_UNIT = Theorem("TotalVariation", "TV_unit", f"{PAIR} 0 <= TV mu p q <= 1")
JSD_AND_TV = Theorem(
    "Comparisons",
    "JSD_below_TV",
    f"{PAIR} JSD mu p q <= (ln 2)%:E * TV mu p q /\\"
    " ((forall x, [\\/ p x = 0, q x = 0 | p x = q x]%R) -> JSD mu p q = (ln 2)%:E * TV mu p q)",
)
JSD_AND_TRIANGULAR = Theorem(
    "Comparisons", "JSD_and_triangular", f"{PAIR} (2^-1)%:E * Delta mu p q <= JSD mu p q <= (ln 2)%:E * Delta mu p q"
)
JSD_AND_HELLINGER = Theorem("Comparisons", "JSD_and_Hellinger", f"{PAIR} (ln 2)%:E * H2 mu p q <= JSD mu p q <= H2 mu p q")
JSD_AND_KL = Theorem("Comparisons", "JSD_and_KL", f"{PAIR} JSD mu p q <= (2^-1 * ln 2)%:E * KL mu p q")
JSD_AND_JEFFREYS = Theorem("Comparisons", "JSD_and_Jeffreys", f"{PAIR} JSD mu p q <= (8%:R^-1)%:E * Jeffreys mu p q")
HELLINGER_AND_TV = Theorem("CauchySchwarz", "H2_at_most_TV", f"{PAIR} H2 mu p q <= TV mu p q")
TV_AND_HELLINGER = Theorem(
    "CauchySchwarz",
    "TV_below_root",
    f"{PAIR} TV mu p q <= (Num.sqrt (fine (H2 mu p q) * (2 - fine (H2 mu p q))))%:E",
)
PINSKER = Theorem("Pinsker", "pinsker", f"{PAIR} 2%:E * (TV mu p q * TV mu p q) <= KL mu p q")
BRETAGNOLLE_HUBER = Theorem("BretagnolleHuber", "bretagnolle_huber", f"{PAIR} TV mu p q <= (Num.sqrt (1 - exp_minus (KL mu p q)))%:E")
ALL = tuple(value for value in list(globals().values()) if isinstance(value, Theorem))
