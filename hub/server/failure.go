package server

// failure is an error of the work and not of the command line.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// failed marks err, if it is one.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}
