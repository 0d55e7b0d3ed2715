// Whoever an operation speaks to while it is under way.

package protocol SessionListener: Sendable {
  func hear(_ event: SessionEvent)
}
