// What a test must bring along for a data source to be tried by the contract.

import Checkpoints
import ChunkStore

package protocol ContractSubject: Sendable {
  /// Under its name, kind and label.
  var source: any DataSource { get }
  /// Makes the live contents other than they are, for each number in another way.
  func change(_ number: Int) throws
  /// Takes everything out of it.
  func clear() throws
  /// All that is there now, as text that is the same for the same contents only.
  func picture() throws -> String
  /// Keeps the contents from being read, until the returned function is called; nil if this user can always read them.
  func obstruct() throws -> (() throws -> Void)?
}
