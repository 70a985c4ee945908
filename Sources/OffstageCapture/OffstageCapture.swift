// OffstageCapture
