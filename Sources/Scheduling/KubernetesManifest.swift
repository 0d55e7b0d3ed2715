// The jobs as CronJobs of Kubernetes: a document of YAML for each. What the project needs is the user's to name: an image with the
// program in it, a claim with the project's directory, a secret with the address of the database.

import Checkpoints

package struct KubernetesManifest: Sendable {
  package var image: String
  /// The persistent volume claim with the project's directory.
  package var claim: String
  /// The secret whose keys become variables; nil for none.
  package var secret: String?
  package var namespace: String?
  /// The user that owns the project's directory.
  package var user = 1000

  package init(image: String, claim: String) { (self.image, self.claim) = (image, claim) }

  /// The longest name that leaves room for what Kubernetes adds to it.
  private static let longestName = 52

  package func text(_ plan: SchedulePlan) -> String {
    plan.entries.map { document(plan, $0) }.joined(separator: "---\n")
  }

  private func document(_ plan: SchedulePlan, _ entry: SchedulePlan.Entry) -> String {
    let label = plan.label.lowercased().drop { $0 == "-" }
    let name = "checkpoint-\(label)-\(entry.job.rawValue)"
    let words = (["checkpoint", "schedule", "run"] + plan.words(entry, waits: true)).map(Self.quoted)
    let space = namespace.map { "\n  namespace: \(Self.quoted($0))" } ?? ""
    let source =
      secret.map {
        "\n              envFrom:\n                - secretRef:\n                    name: \(Self.quoted($0))"
      }
      ?? ""
    return """
      apiVersion: batch/v1
      kind: CronJob
      metadata:
        name: \(Self.quoted(String(name.prefix(Self.longestName))))\(space)
        labels:
          app.kubernetes.io/name: checkpoint
      spec:
        schedule: \(Self.quoted("\(entry.time)"))
        concurrencyPolicy: Forbid
        startingDeadlineSeconds: \(plan.catchesUp ? 86_400 : 3600)
        successfulJobsHistoryLimit: 3
        failedJobsHistoryLimit: 3
        jobTemplate:
          spec:
            backoffLimit: 1
            template:
              spec:
                restartPolicy: Never
                automountServiceAccountToken: false
                securityContext:
                  runAsNonRoot: true
                  runAsUser: \(user)
                  runAsGroup: \(user)
                  seccompProfile:
                    type: RuntimeDefault
                containers:
                  - name: checkpoint
                    image: \(Self.quoted(image))
                    command: [\(words.joined(separator: ", "))]
                    workingDir: /project\(source)
                    env:
                      - name: HOME
                        value: /tmp
                    securityContext:
                      allowPrivilegeEscalation: false
                      readOnlyRootFilesystem: true
                      capabilities:
                        drop: ["ALL"]
                    volumeMounts:
                      - name: project
                        mountPath: /project
                      - name: tmp
                        mountPath: /tmp
                volumes:
                  - name: project
                    persistentVolumeClaim:
                      claimName: \(Self.quoted(claim))
                  - name: tmp
                    emptyDir: {}

      """
  }

  /// As JSON has it, which YAML understands.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        "\\u00" + String(scalar.value + 0x100, radix: 16).dropFirst()
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
