// Whether and how a checkout is sparse.

/// Whether a checkout is sparse, and the kind of its patterns.
package enum SparseMode: String, Codable, Sendable {
  case off, patterns, cone

  /// - Parameters: the values of `core.sparseCheckout` and `core.sparseCheckoutCone`.
  package init(_ isSparse: String?, cone: String?) {
    func isOn(_ text: String?) -> Bool { ["true", "yes", "on", "1"].contains(text?.lowercased()) }
    self = !isOn(isSparse) ? .off : isOn(cone) ? .cone : .patterns
  }
}
