// Where the data of an exported archive goes. Both of pg_dump's formats get the same calls in the same order: an entry's data
// between `beginData` and `endData`, large objects one by one between `beginObjects` and `endObjects`.

import Codecs
import Glibc

protocol ArchiveTarget: AnyObject {
  var container: DeflateContainer { get }
  /// Writes compressed bytes of the data that was begun last.
  func write(_ bytes: [UInt8]) throws
  func beginData(_ entry: Int) throws
  func endData() throws
  func beginObjects(_ entry: Int) throws
  func beginObject(_ oid: Int) throws
  func endObject() throws
  func endObjects() throws
}
