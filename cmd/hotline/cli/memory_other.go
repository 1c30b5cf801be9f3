//go:build !linux

package cli

import "errors"

// CanLockMemory reports false: what this system allows is not known.
func CanLockMemory() bool { return false }

// LockMemory fails.
func LockMemory() error { return errors.ErrUnsupported }

// Swaps reports true: what is not known is not promised.
func Swaps() bool { return true }
