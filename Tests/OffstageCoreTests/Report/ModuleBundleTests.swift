import Foundation
import Testing

@testable import OffstageCore

@Suite struct ModuleBundleTests {
  @Test func `a module comes after those that it imports, and once`() throws {
    let bundle = try ModuleBundle(
      of: "a/one.js",
      in: [
        "a/one.js": """
        // @ts-check
        import { two, three as third } from "./two.js";
        import {
          four,
        } from "../b/four.js";
        import "./two.js";
        export class One {}
        export async function run() {}
        export function* steps() {}
        export const { left, right } = four;
        const text = "export const no = 1";
        """,
        "a/two.js": "import { four } from \"../b/four.js\";\nexport const two = 2;\n",
        "b/four.js": "export function four() {}\n",
      ])
    #expect(
      bundle.script == """
        // b/four.js
        const m0 = (() => {
        function four() {}

        return { four };
        })();
        // a/two.js
        const m1 = (() => {
        const { four } = m0;
        const two = 2;

        return { two };
        })();
        // a/one.js
        const m2 = (() => {
        const { two, three: third } = m1;
        const {
          four,
        } = m0;
        // @ts-check
        class One {}
        async function run() {}
        function* steps() {}
        const { left, right } = four;
        const text = "export const no = 1";
        return { One, run, steps,  left, right  };
        })();

        """)
  }

  @Test func `another file can stand in the place of one`() throws {
    let bundle = try ModuleBundle(
      of: "a.js",
      in: ["a.js": "import { x } from \"./b.js\";\n", "c.js": "export const x = 1;\n"],
      substitutes: ["b.js": "c.js"])
    #expect(bundle.script.contains("const { x } = m0;"))
  }

  @Test(arguments: [
    ["a.js": "import { b } from \"./b.js\";\n"],
    ["a.js": "import { b } from \"./b.js\";\n", "b.js": "import \"./a.js\";\n"],
  ])
  func `what is missing or goes in a circle is refused`(_ files: [String: String]) {
    #expect(throws: ModuleBundle.Fault.self) { try ModuleBundle(of: "a.js", in: files) }
  }

  @Test(arguments: ["const a = '</script>';", "const a = '<!--';", "const a = '</SCRIPT ';"])
  func `a script that would end its own element is refused`(_ script: String) {
    #expect(throws: (any Error).self) {
      try ReportPage(files: ["ui/app.js": Data(script.utf8)], version: "1")
    }
  }
}
