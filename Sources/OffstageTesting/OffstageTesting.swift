// OffstageTesting
