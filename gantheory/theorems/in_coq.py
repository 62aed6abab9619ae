"""The main theorems of ``evidence/proofs``, each with its statement in full, as the claims cite them."""

from gantheory.evidence.formal import Theorem

AT_A_POINT = "0 <= a -> 0 <= b -> 0 < a + b"
MAXIMISES = Theorem(
    "Pointwise",
    "optimal_maximises",
    f"forall a b y : R, {AT_A_POINT} -> 0 < y < 1 -> a * ln y + b * ln (1 - y) <= a * ln (a / (a + b)) + b * ln (b / (a + b))",
)
ATTAINS = Theorem(
    "Pointwise",
    "optimal_attains",
    "forall a b : R, 0 < a + b -> a * ln (a / (a + b)) + b * ln (1 - a / (a + b)) = a * ln (a / (a + b)) + b * ln (b / (a + b))",
)
UNIQUE = Theorem(
    "Pointwise",
    "optimal_is_unique",
    f"forall a b y : R, {AT_A_POINT} -> 0 < y < 1 ->"
    " a * ln y + b * ln (1 - y) = a * ln (a / (a + b)) + b * ln (b / (a + b)) -> y = a / (a + b)",
)
LOG_2 = Theorem(
    "Pointwise",
    "add_and_subtract_log_2",
    f"forall a b : R, {AT_A_POINT} -> a * ln (a / (a + b)) + b * ln (b / (a + b)) ="
    " a * ln (2 * a / (a + b)) + b * ln (2 * b / (a + b)) - (a + b) * ln 2",
)
JS_BOUNDED = Theorem(
    "Pointwise",
    "js_at_most_log_2",
    f"forall a b : R, {AT_A_POINT} -> a * ln (2 * a / (a + b)) + b * ln (2 * b / (a + b)) <= (a + b) * ln 2",
)

FINITE_CRITERION = Theorem(
    "Simplex",
    "finite_criterion",
    "forall (n : nat) (p q : nat -> R), probabilities n p -> probabilities n q ->"
    " sum n (fun i => p i * ln (p i / (p i + q i)) + q i * ln (q i / (p i + q i))) ="
    " - ln 4 + 2 * (/ 2 * sum n (fun i => p i * ln (2 * p i / (p i + q i)) + q i * ln (2 * q i / (p i + q i))))",
)
FINITE_MINIMUM = Theorem(
    "Simplex",
    "finite_only_minimum",
    "forall (n : nat) (p q : nat -> R), probabilities n p -> probabilities n q ->"
    " (sum n (fun i => p i * ln (p i / (p i + q i)) + q i * ln (q i / (p i + q i))) = - ln 4 <-> forall i, (i < n)%nat -> p i = q i)",
)
FINITE_CONVEX = Theorem(
    "Simplex",
    "finite_convex",
    "forall (n : nat) (p q1 q2 : nat -> R) (t : R), probabilities n p -> probabilities n q1 -> probabilities n q2 -> 0 <= t <= 1 ->"
    " sum n (fun i => best (p i) (t * q1 i + (1 - t) * q2 i)) <="
    " t * sum n (fun i => best (p i) (q1 i)) + (1 - t) * sum n (fun i => best (p i) (q2 i))",
)
FINITE_EQUILIBRIUM = Theorem(
    "Simplex",
    "finite_equilibrium",
    "forall (n : nat) (p : nat -> R), probabilities n p ->"
    " (forall D, (forall i, 0 < D i < 1) -> sum n (fun i => p i * ln (D i) + p i * ln (1 - D i)) <="
    " sum n (fun i => p i * ln (1 / 2) + p i * ln (1 - 1 / 2))) /\\"
    " (forall q, probabilities n q -> sum n (fun i => p i * ln (1 / 2) + p i * ln (1 - 1 / 2)) <="
    " sum n (fun i => p i * ln (1 / 2) + q i * ln (1 - 1 / 2)))",
)

ON_A_SPACE = r"forall d (T : measurableType d) (mu : {measure set T -> \bar real_realType}%E)"
NO_BETTER_D = (
    "(forall D, (forall x, 0 < D x < 1) -> summable mu (fun x => value (p x) (q x) (D x)) ->"
    " lebesgue mu (fun x => p x * ln (D x) + q x * ln (1 - D x)) <= lebesgue mu (fun x => best (p x) (q x)))"
)
THEOREM_1 = Theorem(
    "Lebesgue",
    "lebesgue_theorem_1",
    f"{ON_A_SPACE} (p q : T -> R), is_density mu p -> is_density mu q -> summable mu (fun x => twice_js (p x) (q x)) -> {NO_BETTER_D} /\\"
    " lebesgue mu (fun x => value (p x) (q x) (p x / (p x + q x))) = lebesgue mu (fun x => best (p x) (q x)) /\\"
    " lebesgue mu (fun x => best (p x) (q x)) = - ln 4 + 2 * (/ 2 * lebesgue mu (fun x => twice_js (p x) (q x))) /\\"
    " 0 <= / 2 * lebesgue mu (fun x => twice_js (p x) (q x)) <= ln 2 /\\"
    " (summable mu (fun x => Rabs (p x - q x)) -> lebesgue mu (fun x => best (p x) (q x)) = - ln 4 ->"
    " lebesgue mu (fun x => Rabs (p x - q x)) <= 0)",
)
CONVEX = Theorem(
    "Lebesgue",
    "lebesgue_convex",
    f"{ON_A_SPACE} (p q1 q2 : T -> R) (t : R), is_density mu p -> is_density mu q1 -> is_density mu q2 -> 0 <= t <= 1 ->"
    " summable mu (fun x => twice_js (p x) (q1 x)) -> summable mu (fun x => twice_js (p x) (q2 x)) ->"
    " summable mu (fun x => twice_js (p x) (t * q1 x + (1 - t) * q2 x)) ->"
    " lebesgue mu (fun x => best (p x) (t * q1 x + (1 - t) * q2 x)) <="
    " t * lebesgue mu (fun x => best (p x) (q1 x)) + (1 - t) * lebesgue mu (fun x => best (p x) (q2 x))",
)
EQUILIBRIUM = Theorem(
    "Lebesgue",
    "lebesgue_equilibrium",
    f"{ON_A_SPACE} (p : T -> R), is_density mu p -> lebesgue mu (fun x => value (p x) (p x) (1 / 2)) = - ln 4 /\\"
    " (forall D, (forall x, 0 < D x < 1) -> summable mu (fun x => value (p x) (p x) (D x)) ->"
    " lebesgue mu (fun x => value (p x) (p x) (D x)) <= lebesgue mu (fun x => value (p x) (p x) (1 / 2))) /\\"
    " (forall q, is_density mu q -> lebesgue mu (fun x => value (p x) (p x) (1 / 2)) <= lebesgue mu (fun x => value (p x) (q x) (1 / 2)))",
)
EQUILIBRIUM_IS_P_DATA = Theorem(
    "Lebesgue",
    "lebesgue_equilibrium_is_p_data",
    f"{ON_A_SPACE} (p q D : T -> R), is_density mu p -> is_density mu q -> (forall x, 0 < D x < 1) ->"
    " summable mu (fun x => twice_js (p x) (q x)) -> summable mu (fun x => value (p x) (p x) (D x)) ->"
    " summable mu (fun x => Rabs (p x - q x)) ->"
    " lebesgue mu (fun x => best (p x) (q x)) <= lebesgue mu (fun x => value (p x) (q x) (D x)) ->"
    " (forall q', is_density mu q' -> summable mu (fun x => value (p x) (q' x) (D x)) ->"
    " lebesgue mu (fun x => value (p x) (q x) (D x)) <= lebesgue mu (fun x => value (p x) (q' x) (D x))) ->"
    " lebesgue mu (fun x => Rabs (p x - q x)) <= 0",
)
ONE_HALF = Theorem(
    "Integral",
    "one_half",
    "forall (X : Type) (J : functional X) (p q : X -> R), density X J p -> density X J q -> V X J p q (fun _ => 1 / 2) = - ln 4",
)
AT_EQUALITY = Theorem("Integral", "at_equality", "forall (X : Type) (J : functional X) (p : X -> R), density X J p -> C X J p p = - ln 4")
ALL = tuple(value for value in list(globals().values()) if isinstance(value, Theorem))
