// What the store took, in HTML.

import Checkpoints
import Formatting

/// What the store took, and what copies would have taken.
enum StorageMarkup {
  static func section(_ storage: Report.Storage) -> Markup {
    if storage.fullCopyBytes == 0 { return .nothing }
    let rows = [
      BarPicture.Row(
        "In the store", "\(Format.bytes(storage.storedBytes))",
        [.init(amount: storage.storedBytes, look: .accent)]),
      BarPicture.Row(
        "As full copies", "\(Format.bytes(storage.fullCopyBytes))",
        [.init(amount: storage.fullCopyBytes, look: .plain)]),
    ]
    return """
      <section>
      <h2>Storage</h2>
      \(BarPicture.render("Databases and files outside git", rows))<p class="soft">A full copy is the database as large as it was on its server, and the kept files, once for each checkpoint.</p>
      </section>

      """
  }
}
