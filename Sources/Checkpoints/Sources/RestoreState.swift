// What a restoration remembers between its steps. It is kept in the journal, so that another process can go on after a kill.

package typealias RestoreState = [String: String]
