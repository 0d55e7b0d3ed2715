// Which way out of an interrupted operation the user wants.

package struct TakeUpRequest: Sendable {
  package enum Way: Sendable {
    /// To its end.
    case forward
    /// Back to what was there before.
    case back
  }

  package var way: Way
  /// What of the databases cannot be made is left out and listed.
  package var allowsPartial = false
  package var services = GoBackRequest.Services.run(revertsOnFailure: false)

  package init(_ way: Way) { self.way = way }
}
