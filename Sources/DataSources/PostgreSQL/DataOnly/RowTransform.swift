// Changes the fields of rows in `COPY` text: leaves some out, replaces NULL in some, adds others. In that text a tab always
// ends a field and a line feed always ends a row; both are escaped inside values.

struct RowTransform {
  enum Field: Equatable {
    /// The field with that number, or the replacement if it is NULL.
    case copied(Int, orElse: [UInt8]?)
    case constant([UInt8])
  }

  private static let tab = UInt8(ascii: "\t")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let null = Array(#"\N"#.utf8)

  private let fields: [Field]

  init(_ fields: [Field]) { self.fields = fields }

  /// A value as it is written in `COPY` text.
  static func escaped(_ value: String) -> [UInt8] {
    value.utf8.reduce(into: []) { out, byte in
      switch byte {
      case UInt8(ascii: "\\"): out += Array(#"\\"#.utf8)
      case tab: out += Array(#"\t"#.utf8)
      case lineFeed: out += Array(#"\n"#.utf8)
      case UInt8(ascii: "\r"): out += Array(#"\r"#.utf8)
      default: out.append(byte)
      }
    }
  }

  /// Appends whole rows in their changed form.
  func apply(to rows: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    var bounds: [Range<Int>] = []
    var start = 0
    for index in rows.indices {
      guard rows[index] == Self.tab || rows[index] == Self.lineFeed else { continue }
      bounds.append(start..<index)
      start = index + 1
      if rows[index] == Self.lineFeed {
        write(rows, bounds, &output)
        bounds.removeAll(keepingCapacity: true)
      }
    }
  }

  private func write(_ rows: UnsafeRawBufferPointer, _ bounds: [Range<Int>], _ output: inout [UInt8]) {
    for (number, field) in fields.enumerated() {
      if number > 0 { output.append(Self.tab) }
      switch field {
      case .constant(let bytes): output += bytes
      case .copied(let index, let replacement):
        guard index < bounds.count else { continue }
        let bytes = UnsafeRawBufferPointer(rebasing: rows[bounds[index]])
        if let replacement, bytes.elementsEqual(Self.null) { output += replacement } else { output += bytes }
      }
    }
    output.append(Self.lineFeed)
  }
}
