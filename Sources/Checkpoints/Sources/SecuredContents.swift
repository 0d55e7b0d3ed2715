// A copy in the store of contents that a rollback moved aside. The seal is that of the original when it was copied: if it
// has changed since, the original was used and must not be dropped.

package struct SecuredContents: Sendable {
  package var record: SourceRecord
  package var seal: String

  package init(record: SourceRecord, seal: String) { (self.record, self.seal) = (record, seal) }
}
