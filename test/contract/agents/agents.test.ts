// The contract of an agent over every implementation, in every sandbox. One file, so that few opencodes run at a time.
import './turns.js';
import './endings.js';
import './apart.js';
