// The order in which rows can be loaded into tables that already have their foreign keys: referenced tables come first.
// Foreign keys of a partitioned table are those of its partitions, and a key that refers to it refers to all of them.

struct ReferenceOrder: Sendable {
  /// The numbers of the entries that define the tables.
  let order: [Int]
  /// Tables that have no such order, because they refer to each other in a circle.
  let circles: Set<Int>

  init(_ contents: ArchiveContents) {
    let owners = contents.owners()
    let tables = contents.entries.filter { $0.kind == "TABLE" }.map(\.dumpID)
    let isTable = Set(tables)
    var parents: [Int: [Int]] = [:]
    var partitions: [Int: [Int]] = [:]
    for entry in contents.entries where entry.kind == "TABLE ATTACH" {
      guard let partition = owners[entry.dumpID] ?? nil else { continue }
      for parent in entry.dependencies where parent != partition && isTable.contains(parent) {
        parents[partition, default: []].append(parent)
        partitions[parent, default: []].append(partition)
      }
    }
    func all(_ table: Int, _ next: [Int: [Int]]) -> [Int] {
      var found = [table]
      var index = 0
      while index < found.count {
        found += (next[found[index]] ?? []).filter { !found.contains($0) }
        index += 1
      }
      return found
    }
    var references: [Int: Set<Int>] = [:]
    for entry in contents.entries where entry.kind == "FK CONSTRAINT" {
      guard let owner = owners[entry.dumpID] ?? nil else { continue }
      let targets = entry.dependencies.filter { $0 != owner && isTable.contains($0) }
      for from in all(owner, partitions) {
        references[from, default: []].formUnion(targets.flatMap { all($0, partitions) })
        references[from]?.remove(from)
      }
    }
    (order, circles) = Self.sorted(tables, references)
  }

  /// Repeatedly takes the tables whose references are all taken. If there are none, the rest are in circles, or refer to
  /// tables that are.
  private static func sorted(_ tables: [Int], _ references: [Int: Set<Int>]) -> ([Int], Set<Int>) {
    var order: [Int] = []
    var circles: Set<Int> = []
    var left = tables
    var taken: Set<Int> = []
    while !left.isEmpty {
      let ready = left.filter { (references[$0] ?? []).isSubset(of: taken) }
      let next = ready.isEmpty ? [circular(left, references, taken)] : ready
      if ready.isEmpty { circles.formUnion(next) }
      order += next
      taken.formUnion(next)
      left.removeAll { taken.contains($0) }
    }
    return (order, circles)
  }

  /// A table that is in a circle itself: following the references to tables that are left leads back to it.
  private static func circular(_ left: [Int], _ references: [Int: Set<Int>], _ taken: Set<Int>) -> Int {
    var seen: Set<Int> = []
    var table = left[0]
    while seen.insert(table).inserted {
      guard let next = (references[table] ?? []).subtracting(taken).min() else { break }
      table = next
    }
    return table
  }
}
