// Why a notice did not arrive.

struct NoticeProblem: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
