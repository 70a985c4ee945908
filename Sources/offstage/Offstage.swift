import ArgumentParser
@main struct Offstage: AsyncParsableCommand { func run() async throws {} }
