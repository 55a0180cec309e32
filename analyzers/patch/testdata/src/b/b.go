package b

func B() {}

func C() {}
