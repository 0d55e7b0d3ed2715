// Something temporary that a restore left on a server, because its process was killed or it could not be removed.

package struct Leftover: Sendable {
  package enum Fate: Sendable {
    /// The next restore will remove it.
    case goesNext
    /// It cannot be removed; the text says why.
    case stays(String)
    /// An interrupted operation of another clone of the project may go on with it.
    case mayBeNeeded
  }

  package var name: String
  package var fate: Fate

  package init(name: String, fate: Fate) { (self.name, self.fate) = (name, fate) }
}
