// One measured quantity with its values, in the text format of Prometheus:
// https://prometheus.io/docs/instrumenting/exposition_formats/

import Formatting

package struct Metric: Sendable, Encodable {
  package struct Sample: Sendable, Encodable {
    package var labels: [(name: String, value: String)]
    package var value: Double

    private enum CodingKeys: CodingKey { case labels, value }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(Dictionary(labels.map { ($0.name, $0.value) }) { $1 }, forKey: .labels)
      try container.encode(value, forKey: .value)
    }
  }

  package let name: String
  /// What it means, in a sentence.
  package let help: String
  package var samples: [Sample]

  package init(_ name: String, _ help: String, _ samples: [Sample]) {
    (self.name, self.help, self.samples) = (name, help, samples)
  }

  /// A quantity with one value; without a value if that is not known.
  package init(_ name: String, _ help: String, _ value: Double?) {
    self.init(name, help, value.map { [Sample(labels: [], value: $0)] } ?? [])
  }

  /// - Parameter common: labels that all samples get.
  package func text(_ common: [(name: String, value: String)]) -> String {
    if samples.isEmpty { return "" }
    let lines = samples.map { sample in
      let labels = (common + sample.labels).map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
      return "\(name){\(labels.joined(separator: ","))} \(Self.number(sample.value))\n"
    }
    return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined()
  }

  private static func escaped(_ text: String) -> String {
    // What would steer a terminal is written out, in a file as on standard output.
    Format.visible(text).unicodeScalars.reduce(into: "") { out, scalar in
      switch scalar {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "\n": out += "\\n"
      default: out.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whole numbers without an exponent, so that people can read them.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
